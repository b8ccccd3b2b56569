import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { FilterText } from '@/fields';
import { useFormat } from '@/ui';
import { isCondition, operatorKey, parts } from '../conditions';

interface PartTextProps {
  object: ObjectSpec;
  part: Filter;
}

function Joined({
  object,
  found,
  word,
}: {
  object: ObjectSpec;
  found: Filter[];
  word: string;
}): ReactElement {
  return (
    <>
      {found.map((item, index) => (
        <span key={JSON.stringify(item)}>
          {index > 0 && ` ${word} `}
          <PartText object={object} part={item} />
        </span>
      ))}
    </>
  );
}

/** Any part of a filter in words, however deep. */
export function PartText({ object, part }: PartTextProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const name = useFieldLabel();
  const read = useLabel();
  const format = useFormat();
  if (isCondition(part)) {
    const field = catalogue.field(object, part.field);
    if (!field) return <bdi>{part.field}</bdi>;
    const group = part.mean_of_group ? catalogue.field(object, part.mean_of_group) : undefined;
    return (
      <>
        <strong>{name(field)}</strong> {t(operatorKey(field, part.op))}{' '}
        {group ? (
          t('filter.meanOfGroup', { field: name(group) })
        ) : (
          <FilterText field={field} op={part.op} value={part.value} />
        )}
        {part.on && ` ${t('filter.onDay', { day: format.date(part.on) })}`}
      </>
    );
  }
  if ('not' in part) {
    return (
      <>
        {t('filter.not')} <PartText object={object} part={part.not} />
      </>
    );
  }
  if ('related' in part) {
    const other = catalogue.object(part.related.split('.')[0] ?? '');
    if (!other) return <bdi>{part.related}</bdi>;
    const { filter, count } = part;
    const objects = read(other.label_plural);
    return (
      <>
        {count
          ? t('filter.relatedCount', { objects, op: t(`op.${count.op}`), number: count.value })
          : t(filter ? 'filter.related' : 'filter.relatedAny', { objects })}{' '}
        {filter && count && `${t('filter.where')} `}
        {filter && <Joined object={other} found={parts(filter)} word={t('filter.and')} />}
      </>
    );
  }
  const [found, word] = 'or' in part ? [part.or, t('filter.or')] : [part.and, t('filter.and')];
  return <Joined object={object} found={found} word={word} />;
}
