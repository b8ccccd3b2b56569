import { Button, Group, Select, Textarea } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconClipboardText } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, search, type CustomerObject, type Ref } from '@/api';
import { Failure } from '@/ui';
import { namesIn } from './draft';
import styles from './keycustomers.module.css';

const SHOWN = 10;
const AT_ONCE = 5;

interface AddProps {
  object: CustomerObject;
  onAdd: (found: Ref[]) => void;
}

/** Finds one customer by part of the name. */
function Find({ object, onAdd }: AddProps): ReactElement {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 150);
  const { data } = useQuery({
    queryKey: keys.search(q, object),
    queryFn: ({ signal }) => search.everywhere(q, { object, limit: SHOWN }, signal),
    enabled: q.length > 0,
    placeholderData: keepPreviousData,
  });
  const hits = q ? (data?.data ?? []) : [];
  const add = (id: string | null): void => {
    const hit = hits.find((one) => String(one.id) === id);
    if (hit) onAdd([{ id: hit.id, title: hit.title }]);
    setTyped('');
  };
  return (
    <Select
      className={styles.find}
      label={t('keys.find')}
      placeholder={t('keys.findHelp')}
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={add}
      data={hits.map(({ id, title }) => ({ value: String(id), label: title || `#${id}` }))}
      filter={({ options }) => options}
      nothingFoundMessage={q ? t('keys.nobody') : undefined}
    />
  );
}

interface Matched {
  found: Ref[];
  missing: string[];
}

async function oneOf(object: CustomerObject, name: string): Promise<Ref | string> {
  const { data } = await search.everywhere(name, { object, limit: SHOWN });
  const same = data.filter(({ title }) => title.toLocaleLowerCase() === name.toLocaleLowerCase());
  const hit = same.length === 1 ? same[0] : data.length === 1 ? data[0] : undefined;
  return hit ? { id: hit.id, title: hit.title } : name;
}

/** Looks names up, a few at once; one that fits nobody or several is told, not guessed. */
async function match(object: CustomerObject, names: string[]): Promise<Matched> {
  const all: (Ref | string)[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE)
    all.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map((name) => oneOf(object, name)))));
  return {
    found: all.filter((one) => typeof one !== 'string'),
    missing: all.filter((one) => typeof one === 'string'),
  };
}

function Paste({ object, onAdd }: AddProps): ReactElement {
  const { t } = useTranslation();
  const [pasted, setPasted] = useState('');
  const look = useMutation({
    mutationFn: (names: string[]) => match(object, names),
    onSuccess: ({ found, missing }) => {
      onAdd(found);
      setPasted(missing.join('\n'));
    },
  });
  const names = namesIn(pasted);
  return (
    <div className={styles.paste}>
      <Textarea
        label={t('keys.paste')}
        description={t('keys.pasteHelp')}
        autosize
        minRows={3}
        maxRows={12}
        dir="auto"
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      {look.data && look.data.missing.length > 0 && names.length > 0 && (
        <p role="status" className={styles.missing}>
          {t('keys.unclear')}
        </p>
      )}
      {look.error && <Failure error={look.error} />}
      <Button
        variant="default"
        mt="xs"
        disabled={names.length === 0}
        loading={look.isPending}
        onClick={() => look.mutate(names)}
      >
        {t('keys.addThese')}
      </Button>
    </div>
  );
}

/** Customers come onto the list one by one, or as a column of names. */
export function AddCustomers(props: AddProps): ReactElement {
  const { t } = useTranslation();
  const [pasting, { toggle }] = useDisclosure(false);
  return (
    <>
      <Group align="end">
        <Find {...props} />
        <Button
          variant="subtle"
          aria-expanded={pasting}
          leftSection={<IconClipboardText size={14} aria-hidden />}
          onClick={toggle}
        >
          {t('keys.pasteNames')}
        </Button>
      </Group>
      {pasting && <Paste {...props} />}
    </>
  );
}
