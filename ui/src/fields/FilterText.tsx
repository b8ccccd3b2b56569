import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, FilterValue, Operator } from '@/api';
import { useLabel } from '@/catalogue';
import { useFormat, type Format } from '@/ui';
import { useCurrency } from './money/useCurrency';
import { useTitles } from './relation/useTitles';
import { everyOption } from './shared/options';
import { asList } from './shared/values';

interface FilterTextProps {
  field: FieldSpec;
  op: Operator;
  value: FilterValue | undefined;
}

function plain(field: FieldSpec, value: string | number, format: Format, currency: string): string {
  const text = String(value);
  if (field.type === 'date' || field.type === 'datetime') return text ? format.date(text.slice(0, 10)) : '';
  if (field.type === 'percent') return text && format.percent(text);
  if (field.type === 'money') return text && format.money({ amount: text, currency });
  if (['integer', 'decimal'].includes(field.type) && text) return format.number(text);
  return text;
}

function References({ field, value }: FilterTextProps): ReactElement {
  const { t } = useTranslation();
  const ids = asList(value);
  const titles = useTitles(field.target ?? '', ids.filter((id) => typeof id === 'number').slice(0, 3));
  const name = (id: string | number): string =>
    id === 'me' ? t('filter.me') : (titles.find((known) => known.id === id)?.title ?? `#${id}`);
  return <Words words={ids.slice(0, 3).map(name)} more={ids.length - 3} />;
}

function Words({ words, more }: { words: string[]; more: number }): ReactElement {
  const { t } = useTranslation();
  const shown = more > 0 ? [...words, t('filter.more', { count: more })] : words;
  return (
    <>
      {shown.map((word, index) => (
        <span key={word}>
          {index > 0 && ', '}
          <bdi>{word}</bdi>
        </span>
      ))}
    </>
  );
}

/** The value of a condition, in words for a chip. */
export function FilterText({ field, op, value }: FilterTextProps): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const currency = useCurrency();
  if (value === undefined) return null;
  if (field.type === 'relation' || field.type === 'user')
    return <References field={field} op={op} value={value} />;
  if (typeof value === 'boolean') return <>{value ? t('boolean.yes') : t('boolean.no')}</>;
  const span = op === 'within' ? /^P(\d+)D$/.exec(String(value)) : null;
  if (span) return <>{t('filter.lastDays', { count: Number(span[1]) })}</>;
  const list = asList(value);
  const word = (item: string | number): string =>
    read(everyOption(field).find((option) => option.value === item)?.label) ||
    plain(field, item, format, currency);
  if (op === 'between') return <bdi>{list.map(word).join(' – ')}</bdi>;
  return <Words words={list.slice(0, 3).map(word)} more={list.length - 3} />;
}
