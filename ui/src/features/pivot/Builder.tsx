import { ActionIcon, Popover, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FigureFunction, ObjectSpec, PivotAxis, PivotFigure } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { axisChoices, firstFunction, isNumber, readEdges, stepsOf } from './axes';
import styles from './pivot.module.css';
import type { PivotWords } from './useWords';

interface ChipProps {
  text: string;
  /** What can be chosen about it. */
  children?: ReactNode;
  onRemove?: () => void;
}

function Chip({ text, children, onRemove }: ChipProps): ReactElement {
  const { t } = useTranslation();
  return (
    <span className={styles.chip}>
      {children ? (
        <Popover position="bottom-start" trapFocus>
          <Popover.Target>
            <button type="button">{text}</button>
          </Popover.Target>
          <Popover.Dropdown>{children}</Popover.Dropdown>
        </Popover>
      ) : (
        <span>{text}</span>
      )}
      {onRemove && (
        <ActionIcon
          size={20}
          variant="transparent"
          color="gray"
          aria-label={t('pivot.remove', { what: text })}
          onClick={onRemove}
        >
          <IconX size={12} />
        </ActionIcon>
      )}
    </span>
  );
}

function Edges({ axis, onChange }: { axis: PivotAxis; onChange: (axis: PivotAxis) => void }): ReactElement {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(axis.edges?.join(', ') ?? '');
  const edges = readEdges(typed);
  return (
    <TextInput
      label={t('pivot.edges')}
      description={t('pivot.edgesHelp')}
      placeholder="0, 100, 1000"
      dir="ltr"
      value={typed}
      error={edges === null && t('pivot.edgesWrong')}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => edges && onChange({ ...axis, edges: edges.length > 0 ? edges : undefined })}
    />
  );
}

interface AxesProps {
  object: ObjectSpec;
  title: string;
  axes: PivotAxis[];
  /** Taken by the other side. */
  taken: PivotAxis[];
  most: number;
  words: PivotWords;
  onChange: (axes: PivotAxis[]) => void;
}

/** The fields that make rows, or columns: each with its step, and one more to add. */
export function Axes({ object, title, axes, taken, most, words, onChange }: AxesProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const name = useFieldLabel();
  const used = new Set([...axes, ...taken].map(({ field }) => field));
  const choices = axisChoices(object, catalogue).filter(({ path }) => !used.has(path));
  const items = (wanted: (choice: (typeof choices)[number]) => boolean) =>
    choices.filter(wanted).map(({ path, field, link }) => ({
      value: path,
      label: link ? `${name(link)} · ${name(field)}` : name(field),
    }));
  const put = (at: number, axis: PivotAxis): void =>
    onChange(axes.map((old, place) => (place === at ? axis : old)));
  const add = (path: string | null): void => {
    const field = path ? catalogue.field(object, path) : undefined;
    if (path && field) onChange([...axes, { field: path, by: stepsOf(field)[0] ?? 'value' }]);
  };
  return (
    <div className={styles.line} role="group" aria-label={title}>
      <span className={styles.lineName}>{title}</span>
      {axes.map((axis, at) => {
        const field = catalogue.field(object, axis.field);
        const steps = field ? stepsOf(field) : [];
        return (
          <Chip
            key={axis.field}
            text={words.axis(axis)}
            onRemove={() => onChange(axes.filter((_, place) => place !== at))}
          >
            {(steps.length > 1 || axis.by === 'band') && (
              <Stack gap="xs">
                {steps.length > 1 && (
                  <SegmentedControl
                    aria-label={t('pivot.step')}
                    value={axis.by}
                    data={steps.map((step) => ({ value: step, label: t(`pivot.step.${step}`) }))}
                    onChange={(by) => put(at, { field: axis.field, by: by as PivotAxis['by'] })}
                  />
                )}
                {axis.by === 'band' && <Edges axis={axis} onChange={(next) => put(at, next)} />}
              </Stack>
            )}
          </Chip>
        );
      })}
      {axes.length < most && (
        <Select
          key={axes.length}
          w={170}
          searchable
          aria-label={t('pivot.addTo', { what: title })}
          placeholder={t('pivot.add')}
          nothingFoundMessage={t('palette.nothing')}
          value={null}
          data={[
            { group: t('field.entered'), items: items(({ field, link }) => !link && !field.derived) },
            { group: t('field.derived'), items: items(({ field, link }) => !link && field.derived) },
            { group: t('pivot.linked'), items: items(({ link }) => Boolean(link)) },
          ].filter(({ items: some }) => some.length > 0)}
          onChange={add}
        />
      )}
    </div>
  );
}

interface FiguresProps {
  object: ObjectSpec;
  figures: PivotFigure[];
  words: PivotWords;
  onChange: (figures: PivotFigure[]) => void;
}

const FUNCTIONS: FigureFunction[] = ['sum', 'mean', 'min', 'max'];

/** What each cell says. */
export function Figures({ object, figures, words, onChange }: FiguresProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const name = useFieldLabel();
  const counted = figures.some(({ function: done }) => done === 'count');
  const numbers = object.fields.filter(isNumber).map((field) => ({ value: field.name, label: name(field) }));
  const add = (picked: string | null): void => {
    if (picked === 'count:') onChange([...figures, { function: 'count' }]);
    const field = catalogue.field(object, picked ?? '');
    if (field) onChange([...figures, { function: firstFunction(field), field: field.name }]);
  };
  return (
    <div className={styles.line} role="group" aria-label={t('pivot.figures')}>
      <span className={styles.lineName}>{t('pivot.figures')}</span>
      {figures.map((figure, at) => (
        <Chip
          key={`${figure.function}:${figure.field ?? ''}`}
          text={words.figure(figure)}
          onRemove={
            figures.length > 1 ? () => onChange(figures.filter((_, place) => place !== at)) : undefined
          }
        >
          {figure.field && (
            <SegmentedControl
              aria-label={t('pivot.figures')}
              value={figure.function}
              data={FUNCTIONS.map((value) => ({ value, label: t(`pivot.figure.${value}`) }))}
              onChange={(next) =>
                onChange(
                  figures.map((old, place) =>
                    place === at ? { ...old, function: next as FigureFunction } : old,
                  ),
                )
              }
            />
          )}
        </Chip>
      ))}
      {figures.length < 4 && (
        <Select
          key={figures.length}
          w={170}
          searchable
          aria-label={t('pivot.addTo', { what: t('pivot.figures') })}
          placeholder={t('pivot.add')}
          nothingFoundMessage={t('palette.nothing')}
          value={null}
          data={[...(counted ? [] : [{ value: 'count:', label: t('pivot.figure.count') }]), ...numbers]}
          onChange={add}
        />
      )}
    </div>
  );
}
