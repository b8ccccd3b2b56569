import { ActionIcon, Button, Drawer, SegmentedControl, Select, Tooltip } from '@mantine/core';
import { IconAdjustments, IconRefresh } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, type Base, type CustomerObject } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { BlindNotice } from '@/records';
import { TitleRow, useFormat } from '@/ui';
import { BaseEmpty, BaseSkeleton, NoneOfKind } from './BaseStates';
import { RefreshBar } from './RefreshBar';
import { Report } from './Report';
import { SettingsForm } from './SettingsForm';
import type { BaseSearch } from './search';
import { CUSTOMERS, shownMeasure, useBases, type Bases } from './useBase';
import { useBaseSearch } from './useBaseSearch';
import { useMeasureName } from './useMeasureName';
import { useRefresh, type Refresh } from './useRefresh';

type SetSearch = (change: Partial<BaseSearch>) => void;

function AsOf({ base }: { base: Base }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const finished = base.run?.analyses[0]?.finished_at;
  if (!base.as_of) return null;
  return (
    <span className="v-soft">
      {t('base.asOf', { day: format.date(base.as_of) })}
      {finished && (
        <>
          {' · '}
          <span title={format.dateTime(finished)}>
            {t('base.refreshed', { when: format.relative(finished) })}
          </span>
        </>
      )}
    </span>
  );
}

function KindSwitch({ bases, setSearch }: { bases: Bases; setSearch: SetSearch }): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  return (
    <SegmentedControl
      aria-label={t('base.kind')}
      value={bases.object}
      onChange={(object) => setSearch({ object: object as CustomerObject, measure: undefined })}
      data={CUSTOMERS.map((name) => ({
        value: name,
        label: read(catalogue.object(name)?.label_plural) || name,
      }))}
    />
  );
}

interface ToolsProps {
  bases: Bases;
  measure: string;
  refresh: Refresh;
  setSearch: SetSearch;
}

function Tools({ bases: { object, base }, measure, refresh, setSearch }: ToolsProps): ReactElement {
  const { t } = useTranslation();
  const name = useMeasureName(object);
  const { writes } = useMe();
  return (
    <>
      {base && base.measures.length > 0 && (
        <Select
          aria-label={t('base.measure')}
          w={150}
          allowDeselect={false}
          value={measure}
          data={base.measures.map((one) => ({ value: one.name, label: name(one.name) }))}
          onChange={(next) =>
            setSearch({ measure: next === shownMeasure(base) ? undefined : (next ?? undefined) })
          }
        />
      )}
      {writes && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={refresh.starting || Boolean(refresh.job)}
          onClick={refresh.start}
        >
          {t('refresh.do')}
        </Button>
      )}
      <Tooltip label={t('settings.insight')}>
        <ActionIcon
          size={30}
          aria-label={t('settings.insight')}
          onClick={() => setSearch({ settings: true })}
        >
          <IconAdjustments size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** The customer base as a report: who earns what, who is active, who comes back. Every number opens its customers. */
export function BasePage(): ReactElement {
  const { t } = useTranslation();
  const [search, setSearch] = useBaseSearch();
  const bases = useBases(search.object);
  const refresh = useRefresh();
  const { object, base } = bases;
  const measure = search.measure ?? shownMeasure(base);
  const closeSettings = (): void => setSearch({ settings: undefined });
  return (
    <>
      <TitleRow
        print
        title={t('nav.base')}
        aside={
          <>
            <KindSwitch bases={bases} setSearch={setSearch} />
            {base && <AsOf base={base} />}
          </>
        }
        actions={<Tools bases={bases} measure={measure} refresh={refresh} setSearch={setSearch} />}
      />
      {refresh.job && (
        <div style={{ padding: '16px 16px 0' }}>
          <RefreshBar refresh={refresh} />
        </div>
      )}
      {bases.error && !base && <BlindNotice error={bases.error} onRetry={bases.reload} />}
      {bases.pending && <BaseSkeleton />}
      {base && base.as_of === null && <BaseEmpty refresh={refresh} />}
      {base && base.as_of !== null && base.customers === 0 && (
        <NoneOfKind object={object} counts={bases.counts} onKind={(kind) => setSearch({ object: kind })} />
      )}
      {base && base.as_of !== null && base.customers > 0 && (
        <Report
          key={object}
          object={object}
          base={base}
          measure={measure}
          search={search}
          setSearch={setSearch}
        />
      )}
      <Drawer
        opened={Boolean(search.settings)}
        onClose={closeSettings}
        position="right"
        title={t('settings.insight')}
        size={400}
      >
        <SettingsForm
          onSaved={() => {
            closeSettings();
            refresh.start();
          }}
        />
      </Drawer>
    </>
  );
}
