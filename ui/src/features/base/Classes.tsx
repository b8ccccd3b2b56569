import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Base, CustomerObject, ValueClass } from '@/api';
import { classColour, MEANING, Question, inSentence, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { usePareto } from './ParetoQuestion';
import { useMeasureName } from './useMeasureName';

interface ClassesProps {
  object: CustomerObject;
  measure: string;
  base: Base;
  onSettings?: () => void;
}

function ClassRows({ object, base }: Pick<ClassesProps, 'object' | 'base'>): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const cuts = base.run?.settings.cuts ?? [80, 95];
  const help: Record<string, string> = {
    A: t('classes.a', { cut: format.percent(cuts[0], 0) }),
    B: t('classes.b', { from: format.percent(cuts[0], 0), to: format.percent(cuts[1], 0) }),
    C: t('classes.c'),
  };
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          <th>{t('classes.class')}</th>
          <th className={styles.end}>{t('base.customers')}</th>
          <th className={styles.end} />
          <th className={styles.end}>{t('classes.value')}</th>
          <th className={styles.end} />
        </tr>
      </thead>
      <tbody>
        {base.classes.map((row) => (
          <tr key={row.class}>
            <td>
              <span className={styles.className}>
                <span
                  className={styles.swatch}
                  style={{ '--swatch': `var(${MEANING[classColour(row.class)]})` }}
                  aria-hidden
                />
                <span>
                  <strong>{row.class}</strong>{' '}
                  <span className={`v-soft v-small ${styles.roomy}`}>{help[row.class]}</span>
                </span>
              </span>
            </td>
            <td className={styles.end}>
              <CustomersLink
                object={object}
                measure={base.measure}
                filter={row.filter}
                title={t('base.openThese', { count: row.count, customers: format.number(row.count) })}
              >
                {format.number(row.count)}
              </CustomersLink>
            </td>
            <td className={`${styles.end} v-soft`}>{format.share(row.share_customers)}</td>
            <td className={styles.end}>{format.money(row.value, { style: 'whole' })}</td>
            <td className={`${styles.end} v-soft`}>{format.share(row.share_value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Few customers, much value: both wholes cut by class, one above the other. */
function Portions({ base }: { base: Base }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const wholes = [
    { name: t('base.customers'), share: (row: ValueClass) => row.share_customers },
    { name: t('classes.value'), share: (row: ValueClass) => row.share_value },
  ];
  return (
    <div className={styles.portions} aria-hidden>
      {wholes.map(({ name, share }) => (
        <div key={name}>
          <span className="v-soft v-small">{name}</span>
          <div className={styles.portion}>
            {base.classes.map((row) => (
              <span
                key={row.class}
                title={`${row.class}: ${format.share(share(row))}`}
                style={{
                  flexGrow: Math.max(0, share(row)),
                  '--bar': `var(${MEANING[classColour(row.class)]})`,
                }}
              />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

/** The rule of thumb, put to the test on this base. */
function Test({ object, measure }: Pick<ClassesProps, 'object' | 'measure'>): ReactElement | null {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object);
  const { data } = usePareto(object, measure);
  if (!data || data.n === 0) return null;
  const { count, share_value: share } = data.top20;
  const key = share >= 0.795 && share < 0.805 ? 'test.same' : share > 0.8 ? 'test.more' : 'test.less';
  return (
    <p className={styles.test}>
      <strong>{t('test.title')}</strong>
      {t('test.finding', {
        customers: format.number(count),
        share: format.share(share),
        measure: inSentence(name(data.measure), i18n.language),
      })}{' '}
      {t(key)}
    </p>
  );
}

/** How many customers each class has and what they bring; each number opens them. */
export function Classes({ object, measure, base, onSettings }: ClassesProps): ReactElement {
  const { t, i18n } = useTranslation();
  const name = useMeasureName(object);
  const crosser = base.run?.settings.crosser ?? 'out';
  return (
    <Question
      title={t('classes.title')}
      caption={`${t('classes.by', { measure: inSentence(name(base.measure), i18n.language) })} · ${t(`classes.crosser.${crosser}`)}`}
    >
      {base.classes.length > 0 ? (
        <>
          <ClassRows object={object} base={base} />
          <Portions base={base} />
        </>
      ) : (
        <p className="v-soft">
          {t('classes.none', { measure: inSentence(name(base.measure), i18n.language) })}{' '}
          <Button variant="default" size="compact-xs" onClick={onSettings}>
            {t('classes.change')}
          </Button>
        </p>
      )}
      <Test object={object} measure={measure} />
    </Question>
  );
}
