import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { costing, keys, type Rate, type Rates, useMe } from '@/api';
import { Failure, FormModal, Notice, TablePicture, TitleRow, useFormat } from '@/ui';
import styles from './costing.module.css';
import { RateForm } from './RateForm';
import { RefreshNow } from './RefreshNow';
import { useDriverName, usePrice } from './words';

interface TableProps {
  rates: Rate[];
  label: string;
  onChange?: (driver: string) => void;
}

function Table({ rates, label, onChange }: TableProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useDriverName();
  const price = usePrice();
  return (
    <div className={styles.scroll}>
      <table className={styles.rows} aria-label={label}>
        <thead>
          <tr>
            {['driver', 'price', 'from', 'by'].map((head) => (
              <th key={head}>{t(`rates.${head}`)}</th>
            ))}
            {onChange && <th />}
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr key={rate.id}>
              <td>{name(rate.driver)}</td>
              <td>{price(rate)}</td>
              <td>{format.date(rate.valid_from)}</td>
              <td className="v-soft">
                <bdi>{rate.set_by_name}</bdi> · {format.dateTime(rate.set_at)}
              </td>
              {onChange && (
                <td className={styles.end}>
                  <Tooltip label={t('rates.change', { driver: name(rate.driver) })}>
                    <ActionIcon
                      aria-label={t('rates.change', { driver: name(rate.driver) })}
                      onClick={() => onChange(rate.driver)}
                    >
                      <IconPencil size={16} />
                    </ActionIcon>
                  </Tooltip>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface BodyProps {
  rates: Rates;
  may: boolean;
  onChange: (driver: string) => void;
}

function Body({ rates, may, onChange }: BodyProps): ReactElement {
  const { t } = useTranslation();
  const before = rates.history.filter(({ in_force: inForce }) => !inForce);
  if (rates.history.length === 0)
    return (
      <Notice
        picture={<TablePicture />}
        title={t('rates.none')}
        action={may && <Button onClick={() => onChange('delivery')}>{t('rates.first')}</Button>}
      >
        {t('rates.noneHelp')}
      </Notice>
    );
  return (
    <>
      <Table rates={rates.now} label={t('rates.now')} onChange={may ? onChange : undefined} />
      {may && <RefreshNow />}
      {before.length > 0 && (
        <details className={styles.history}>
          <summary>{t('rates.history')}</summary>
          <Table rates={before} label={t('rates.history')} />
        </details>
      )}
    </>
  );
}

/** What work for customers costs, from which day on, and what it cost before. */
export function RatesPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.rates, queryFn: costing.rates });
  const { manages: may, workspace } = useMe();
  const [driver, setDriver] = useState<string | null>(null);
  return (
    <>
      <TitleRow
        title={t('rates.title')}
        actions={
          may && (
            <Button leftSection={<IconPlus size={14} />} onClick={() => setDriver('delivery')}>
              {t('rates.add')}
            </Button>
          )
        }
      />
      <div className={styles.page}>
        <p className="v-soft">{t('rates.help')}</p>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={200} />}
        {data && <Body rates={data} may={may} onChange={setDriver} />}
      </div>
      <FormModal opened={driver !== null} onClose={() => setDriver(null)} title={t('rates.add')} size="md">
        {data && driver && (
          <RateForm
            rates={data}
            driver={driver}
            currency={workspace.currency}
            onSaved={() => setDriver(null)}
          />
        )}
      </FormModal>
    </>
  );
}
