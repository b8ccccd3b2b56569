import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { costing, type CustomerObject } from '@/api';
import { inSentence } from '@/ui';
import { FallingBars } from './FallingBars';
import { RowsBehind } from './RowsBehind';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';

/** What is left of the sales of one customer, step by step; every bar opens the records behind it. */
export function CustomerWaterfall({
  object,
  id,
}: {
  object: CustomerObject;
  id: number;
}): ReactElement | null {
  const { t, i18n } = useTranslation();
  const name = useMeasureName(object);
  const [opened, { open, close }] = useDisclosure(false);
  const [bar, setBar] = useState('gross');
  const { data } = useInsight('waterfall', object, () => costing.waterfallOf(object, id), { id });
  if (!data) return null;
  const missing = data.not_costed.map((one) => inSentence(name(`${one}_cost`), i18n.language));
  const field = data.bars.find((one) => one.bar === bar)?.field ?? bar;
  return (
    <section aria-label={t('panel.waterfall')}>
      <FallingBars
        object={object}
        bars={data.bars}
        label={t('panel.waterfall')}
        opens={(one) => one.bar !== 'net_profit'}
        onOpen={(one) => {
          setBar(one.bar);
          open();
        }}
      />
      {missing.length > 0 && (
        <p className="v-small v-faint">{t('waterfall.notCosted', { bars: missing.join(', ') })}</p>
      )}
      <Drawer opened={opened} onClose={close} position="right" size="lg" title={name(field)}>
        <RowsBehind object={object} id={id} bar={bar} />
      </Drawer>
    </section>
  );
}
