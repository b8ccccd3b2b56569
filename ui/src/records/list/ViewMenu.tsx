import { Button, Checkbox, Menu, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBookmark, IconDeviceFloppy, IconTrash } from '@tabler/icons-react';
import { hashKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, views, type NewView, type ObjectSpec, type SavedView } from '@/api';
import { FormModal, toast } from '@/ui';
import { viewQuery, type ListSearch } from '../search';

interface ViewMenuProps {
  object: ObjectSpec;
  search: ListSearch;
  onView: (id: number | undefined) => void;
}

interface SaveFormProps {
  object: ObjectSpec;
  onSave: (view: Pick<NewView, 'name' | 'kind' | 'shared'>) => void;
  pending: boolean;
}

const CUSTOMERS = new Set(['company', 'person']);

/** A name for a filter, and whether it is a view or a group. */
export function SaveForm({ object, onSave, pending }: SaveFormProps): ReactElement {
  const { t } = useTranslation();
  const groups = CUSTOMERS.has(object.name);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'view' | 'group'>(groups ? 'group' : 'view');
  const [shared, setShared] = useState(true);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim()) onSave({ name: name.trim(), kind, shared });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          data-autofocus
          label={t('view.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          dir="auto"
        />
        {groups && (
          <SegmentedControl
            aria-label={t('view.kind')}
            value={kind}
            onChange={(next) => setKind(next as 'view' | 'group')}
            data={[
              { value: 'group', label: t('view.group') },
              { value: 'view', label: t('view.view') },
            ]}
          />
        )}
        <span className="v-soft v-small">{kind === 'group' ? t('view.groupHelp') : t('view.viewHelp')}</span>
        <Checkbox
          label={t('view.shared')}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Button type="submit" loading={pending} disabled={!name.trim()}>
          {t('view.save')}
        </Button>
      </Stack>
    </form>
  );
}

function useViews(onView: ViewMenuProps['onView']): {
  save: (view: NewView) => void;
  update: (id: number, view: Partial<NewView>) => void;
  remove: (id: number) => void;
  pending: boolean;
} {
  const { t } = useTranslation();
  const client = useQueryClient();
  const done = (message: string): void => {
    void client.invalidateQueries({ queryKey: keys.views });
    toast({ message });
  };
  const failed = (error: Error): string =>
    toast({ tone: 'bad', title: t('write.failed'), message: error.message });
  const save = useMutation({
    mutationFn: views.create,
    onError: failed,
    onSuccess: (view: SavedView) => {
      onView(view.id);
      done(t('view.saved'));
    },
  });
  const update = useMutation({
    mutationFn: ({ id, view }: { id: number; view: Partial<NewView> }) => views.change(id, view),
    onError: failed,
    onSuccess: () => done(t('view.saved')),
  });
  const remove = useMutation({
    mutationFn: views.remove,
    onError: failed,
    onSuccess: () => {
      onView(undefined);
      done(t('view.removed'));
    },
  });
  return {
    save: save.mutate,
    update: (id, view) => update.mutate({ id, view }),
    remove: remove.mutate,
    pending: save.isPending,
  };
}

/** Keeps what the list shows under a name: as a view of the list, or as a group of customers. */
export function ViewMenu({ object, search, onView }: ViewMenuProps): ReactElement {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const { data = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  const { save, update, remove, pending } = useViews(onView);
  const current = data.find(({ id }) => id === search.view);
  const query = viewQuery(search);
  const changed = current && hashKey([query]) !== hashKey([viewQuery(current.query)]);
  return (
    <>
      <Menu styles={{ itemLabel: { minWidth: 0 } }}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={14} />}
            aria-label={current?.name ?? t('view.save')}
            maw={280}
          >
            <span className="v-wide">{current ? <bdi>{current.name}</bdi> : t('view.save')}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown maw="92vw">
          {current && changed && current.mine !== false && (
            <Menu.Item
              leftSection={<IconDeviceFloppy size={14} />}
              onClick={() => update(current.id, { query })}
            >
              <div className="v-cut">{t('view.update', { name: current.name })}</div>
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconBookmark size={14} />} onClick={open}>
            {t('view.saveAs')}
          </Menu.Item>
          {current && current.mine !== false && (
            <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => remove(current.id)}>
              <div className="v-cut">{t('view.remove', { name: current.name })}</div>
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <FormModal opened={opened} onClose={close} title={t('view.saveAs')} size="sm">
        <SaveForm
          object={object}
          pending={pending}
          onSave={(view) => {
            save({ ...view, object: object.name, query });
            close();
          }}
        />
      </FormModal>
    </>
  );
}
