import { Button, Drawer, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Bar, type CustomerObject, type Dear, type Ref, type Waterfall } from '@/api';
import { Failure, Question, inSentence, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersBehind } from './CustomersBehind';
import { CustomerWaterfall } from './CustomerWaterfall';
import { CustomersLink } from './drill';
import { FallingBars } from './FallingBars';
import { RowsBehind } from './RowsBehind';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';

function DearOnes({ object, dear }: { object: CustomerObject; dear: Dear }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (dear.count === 0) return null;
  return (
    <p className={styles.test}>
      <CustomersLink object={object} measure="cost_to_serve" filter={dear.filter}>
        {t('waterfall.dear', { count: dear.count, number: format.number(dear.count) })}
      </CustomersLink>{' '}
      {dear.mean_of_a && t('waterfall.meanOfA', { cost: format.money(dear.mean_of_a, { style: 'whole' }) })}
    </p>
  );
}

interface Opened {
  bar: Bar;
  customer?: Ref;
}

interface BehindProps {
  object: CustomerObject;
  waterfall: Waterfall;
  opened: Opened | null;
  onOpen: (opened: Opened | null) => void;
}

/** First the customers behind a bar, then the rows of one of them. */
function Behind({ object, waterfall, opened, onOpen }: BehindProps): ReactElement {
  const { t } = useTranslation();
  const name = useMeasureName(object);
  const title = opened && [name(opened.bar.field), opened.customer?.title].filter(Boolean).join(' · ');
  return (
    <Drawer opened={opened !== null} onClose={() => onOpen(null)} position="right" size="lg" title={title}>
      {opened?.customer && (
        <>
          <Button
            variant="subtle"
            mb="xs"
            leftSection={<IconArrowLeft size={14} className="v-flip" aria-hidden />}
            onClick={() => onOpen({ bar: opened.bar })}
          >
            {t('behind.back')}
          </Button>
          {opened.bar.bar === 'net_profit' ? (
            <CustomerWaterfall object={object} id={opened.customer.id} />
          ) : (
            <RowsBehind object={object} id={opened.customer.id} bar={opened.bar.bar} />
          )}
        </>
      )}
      {opened && !opened.customer && (
        <CustomersBehind
          object={object}
          bar={opened.bar}
          customers={waterfall.customers}
          onCustomer={(customer) => onOpen({ bar: opened.bar, customer })}
        />
      )}
    </Drawer>
  );
}

/** Until something is priced there is no profit to show, only the way to it. */
function NoCosts(): ReactElement {
  const { t } = useTranslation();
  return (
    <Question title={t('waterfall.title')}>
      <p>{t('waterfall.noCosts')}</p>
      <Button component={Link} to="/settings/rates" variant="default">
        {t('waterfall.setRates')}
      </Button>
    </Question>
  );
}

/** Where the money goes between the sale and the profit, and who is dear to serve. */
export function WaterfallQuestion({ object }: { object: CustomerObject }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object);
  const { data, error, refetch } = useInsight('waterfall', object, () => insight.waterfall(object));
  const [opened, setOpened] = useState<Opened | null>(null);
  const dear = useInsight('dear', object, () => insight.dear(object));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} />;
  if (data.customers.count === 0) return <NoCosts />;
  const missing = data.not_costed.map((bar) => inSentence(name(`${bar}_cost`), i18n.language));
  return (
    <Question
      title={t('waterfall.title')}
      caption={
        <>
          {t('waterfall.caption', { number: format.number(data.customers.count) })}
          {missing.length > 0 && ` · ${t('waterfall.notCosted', { bars: missing.join(', ') })}`}
        </>
      }
    >
      <FallingBars
        object={object}
        bars={data.bars}
        label={t('waterfall.title')}
        opens={() => true}
        onOpen={(bar) => setOpened({ bar })}
      />
      {dear.data && <DearOnes object={object} dear={dear.data} />}
      <Behind object={object} waterfall={data} opened={opened} onOpen={setOpened} />
    </Question>
  );
}
