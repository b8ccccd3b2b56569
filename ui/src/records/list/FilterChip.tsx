import { Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter, ObjectSpec } from '@/api';
import { useCatalogue } from '@/catalogue';
import { isCondition } from '../conditions';
import { FilterEditor } from './FilterEditor';
import { PartText } from './PartText';
import styles from './list.module.css';

interface FilterChipProps {
  object: ObjectSpec;
  part: Filter;
  onChange: (part: Filter) => void;
  onRemove: () => void;
}

/** One part of the filter: read it, click to change it, take it away. */
export function FilterChip({ object, part, onChange, onRemove }: FilterChipProps): ReactElement {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const catalogue = useCatalogue();
  const plain = isCondition(part) && !part.mean_of_group && !part.on;
  const field = plain ? catalogue.field(object, part.field) : undefined;
  const words = <PartText object={object} part={part} />;
  return (
    <span className={styles.chip}>
      {field && isCondition(part) ? (
        <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-start">
          <Popover.Target>
            <button type="button" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              <span className="v-cut">{words}</span>
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <FilterEditor
              field={field}
              start={part}
              onApply={(next) => {
                setOpened(false);
                onChange(next);
              }}
            />
          </Popover.Dropdown>
        </Popover>
      ) : (
        <button type="button" disabled>
          <span className="v-cut">{words}</span>
        </button>
      )}
      <button type="button" aria-label={t('filter.remove')} onClick={onRemove}>
        <IconX size={12} />
      </button>
    </span>
  );
}
