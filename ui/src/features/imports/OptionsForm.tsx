import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportOptions, ImportPlan, ImportRun } from '@/api';
import styles from './imports.module.css';

interface OptionsFormProps {
  run: ImportRun;
  plan: ImportPlan;
  currency: string;
  onPlan: (plan: ImportPlan) => void;
  onOptions: (options: ImportOptions) => void;
}

const ENCODINGS = [
  'utf-8',
  'utf-8-sig',
  'utf-16',
  'cp949',
  'gb18030',
  'cp1255',
  'cp1250',
  'cp1251',
  'cp1252',
];

const withOwn = (list: string[], own: string | undefined | null): string[] =>
  own && !list.includes(own) ? [own, ...list] : list;

/** How cells are read: sign of decimals, order of dates, currency, time zone; for text files also the letters. */
export function OptionsForm({ run, plan, currency, onPlan, onOptions }: OptionsFormProps): ReactElement {
  const { t } = useTranslation();
  const { options } = run;
  const choose = (name: keyof ImportOptions) => ({
    label: t(`imports.option.${name}`),
    value: options[name] ?? '',
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      onOptions({ [name]: value }),
  });
  return (
    <details className={styles.options}>
      <summary>{t('imports.howRead')}</summary>
      <div className={styles.optionGrid}>
        <NativeSelect
          label={t('imports.option.currency')}
          value={plan.currency ?? ''}
          onChange={({ currentTarget: { value } }) => onPlan({ ...plan, currency: value || undefined })}
        >
          <option value="">{t('imports.ownCurrency', { currency })}</option>
          {withOwn(Intl.supportedValuesOf('currency'), plan.currency).map((code) => (
            <option key={code}>{code}</option>
          ))}
        </NativeSelect>
        <NativeSelect
          label={t('imports.option.timezone')}
          value={plan.timezone ?? 'UTC'}
          data={withOwn(['UTC', ...Intl.supportedValuesOf('timeZone')], plan.timezone)}
          onChange={({ currentTarget: { value } }) => onPlan({ ...plan, timezone: value })}
        />
        <NativeSelect
          {...choose('decimal')}
          data={[
            { value: '.', label: '1,234.56' },
            { value: ',', label: '1.234,56' },
          ]}
        />
        <NativeSelect
          {...choose('date_order')}
          data={['dmy', 'mdy', 'ymd'].map((value) => ({ value, label: t(`imports.order.${value}`) }))}
        />
        {run.format === 'csv' && (
          <>
            <NativeSelect {...choose('encoding')} data={withOwn(ENCODINGS, options.encoding)} />
            <NativeSelect
              {...choose('delimiter')}
              data={[
                { value: ',', label: t('imports.comma') },
                { value: ';', label: t('imports.semicolon') },
                { value: '\t', label: t('imports.tab') },
                { value: '|', label: '|' },
              ]}
            />
          </>
        )}
      </div>
    </details>
  );
}
