import { Button, CloseButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconList, IconUsers } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, views, type Filter, type NewView, type ObjectSpec, type PivotAsked } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { parts, SaveForm } from '@/records';
import { FormModal, toast } from '@/ui';
import type { Chosen } from './PivotTable';
import styles from './pivot.module.css';
import type { PivotWords } from './useWords';

const CUSTOMERS = new Set(['company', 'person']);

/** What holds for exactly the records of a cell. */
export function filterOf(asked: PivotAsked, { row, column }: Chosen): Filter | undefined {
  const found = [...parts(asked.filter), ...(row?.filter ?? []), ...(column?.filter ?? [])];
  return found.length < 2 ? found[0] : { and: found };
}

interface ChosenBarProps {
  object: ObjectSpec;
  asked: PivotAsked;
  chosen: Chosen;
  words: PivotWords;
  onClose: () => void;
}

/** What the chosen cell says, the list of its records, and a group made of its filter. */
export function ChosenBar({ object, asked, chosen, words, onClose }: ChosenBarProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [saving, { open, close }] = useDisclosure(false);
  const filter = filterOf(asked, chosen);
  const search = { ...(filter && { filter }), ...(asked.q && { q: asked.q }) };
  const { plural } = object;
  const save = useMutation({
    mutationFn: (view: Pick<NewView, 'name' | 'kind' | 'shared'>) =>
      views.create({ ...view, object: object.name, query: filter ? { filter } : {} }),
    onError: (error: Error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
    onSuccess: (view) => {
      close();
      void client.invalidateQueries({ queryKey: keys.views });
      void navigate({ to: '/$plural', params: { plural }, search: { ...view.query, view: view.id } });
    },
  });
  const where = [
    ...(chosen.row ? words.head(asked.rows, chosen.row) : []),
    ...(chosen.column ? words.head(asked.columns, chosen.column) : []),
  ];
  const said = asked.figures.map((figure, at) => {
    const value = words.value(figure, chosen.values[at] ?? null);
    return `${words.figure(figure)} ${value || '–'}`;
  });
  const empty = chosen.values.length === 0;
  return (
    <div className={styles.chosen} role="toolbar" aria-label={t('pivot.cell')}>
      <span aria-live="polite">
        <strong>
          <bdi>{where.join(' · ') || t('pivot.total')}</bdi>
        </strong>{' '}
        <span className="v-num">{said.join(' · ')}</span>
      </span>
      {!empty && (
        <>
          <Button
            variant="default"
            leftSection={<IconList size={14} />}
            component={Link}
            to="/$plural"
            params={{ plural } as never}
            search={search as never}
          >
            {t('pivot.openList', { objects: inSentence(read(object.label_plural)) })}
          </Button>
          {!asked.q && (
            <Button variant="default" leftSection={<IconUsers size={14} />} onClick={open}>
              {t(CUSTOMERS.has(object.name) ? 'pivot.saveGroup' : 'pivot.saveView')}
            </Button>
          )}
        </>
      )}
      <CloseButton aria-label={t('shell.close')} onClick={onClose} />
      <FormModal opened={saving} onClose={close} title={t('view.saveAs')} size="sm">
        <SaveForm object={object} pending={save.isPending} onSave={save.mutate} />
      </FormModal>
    </div>
  );
}
