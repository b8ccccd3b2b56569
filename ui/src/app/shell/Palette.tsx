import {
  Spotlight,
  spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconClock, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, search } from '@/api';
import { inSentence, useCatalogue, useLabel } from '@/catalogue';
import { Face, ObjectIcon } from '@/ui';
import { BASE_PAGES } from './basePages';
import { openShortcuts } from './Shortcuts';

const AGAIN_MS = 5000;

export function openPalette(): void {
  spotlight.open();
}

/** Records found by the server for what is typed. */
function useFound(query: string): SpotlightActionGroupData {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const catalogue = useCatalogue();
  const read = useLabel();
  const [asked] = useDebouncedValue(query.trim(), 120);
  const { data } = useQuery({
    queryKey: keys.search(asked),
    queryFn: ({ signal }) => search.everywhere(asked, {}, signal),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.partial ? AGAIN_MS : false),
  });
  const hits = asked ? (data?.data ?? []) : [];
  const partly = {
    id: 'partial',
    label: t('palette.partial'),
    leftSection: <IconClock size={16} />,
    disabled: true,
  };
  return {
    group: t('palette.records'),
    actions: hits
      .flatMap<SpotlightActionData>((hit) => {
        const object = catalogue.object(hit.object);
        if (!object) return [];
        const params = { plural: object.plural, id: hit.id };
        return {
          id: `${hit.object}/${hit.id}`,
          label: hit.title,
          description: [read(object.label), hit.subtitle].filter(Boolean).join(' · '),
          leftSection: <Face name={hit.title} square={hit.object !== 'person' && hit.object !== 'user'} />,
          onClick: () => void navigate({ to: '/$plural/$id', params }),
        };
      })
      .concat(asked && data?.partial ? [partly] : []),
  };
}

function useCommands(): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { objects } = useCatalogue();
  const read = useLabel();
  return [
    {
      group: t('palette.go'),
      actions: [
        { id: 'go-base', label: t('nav.base'), onClick: () => void navigate({ to: '/base' }) },
        ...BASE_PAGES.map(({ to, label }) => ({
          id: `go-${label}`,
          label: t(label),
          onClick: () => void navigate({ to }),
        })),
        ...objects.map(({ name, plural, icon, label_plural }) => ({
          id: `go-${name}`,
          label: read(label_plural),
          leftSection: <ObjectIcon name={icon} />,
          onClick: () => void navigate({ to: '/$plural', params: { plural } }),
        })),
        { id: 'go-imports', label: t('nav.imports'), onClick: () => void navigate({ to: '/imports' }) },
        { id: 'go-settings', label: t('nav.settings'), onClick: () => void navigate({ to: '/settings' }) },
      ],
    },
    {
      group: t('palette.do'),
      actions: [
        ...objects
          .filter(({ can }) => can.create)
          .map(({ name, plural, label }) => ({
            id: `new-${name}`,
            label: t('palette.create', { object: inSentence(read(label)) }),
            leftSection: <IconPlus size={16} />,
            onClick: () => void navigate({ to: '/$plural', params: { plural }, search: { create: true } }),
          })),
        { id: 'shortcuts', label: t('shortcuts.title'), onClick: openShortcuts },
      ],
    },
  ];
}

/** Commands whose words contain what is typed; found records are already filtered by the server. */
function matching(groups: SpotlightActionGroupData[], query: string): SpotlightActionGroupData[] {
  const wanted = query.trim().toLocaleLowerCase();
  return groups.map(({ group, actions }) => ({
    group,
    actions: actions
      .filter(({ label }) => !wanted || label?.toLocaleLowerCase().includes(wanted))
      .slice(0, wanted ? 6 : 14),
  }));
}

/** Cmd/Ctrl-K: find any record, go anywhere, do anything. */
export function Palette(): ReactElement {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const found = useFound(query);
  const commands = useCommands();
  const groups = [found, ...matching(commands, query)].filter(({ actions }) => actions.length > 0);
  return (
    <Spotlight
      actions={groups}
      filter={(_, actions) => actions}
      query={query}
      onQueryChange={setQuery}
      nothingFound={t('palette.nothing')}
      shortcut={['mod + K']}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('shell.search'),
      }}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      maxHeight="70vh"
    />
  );
}
