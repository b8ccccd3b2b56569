import { Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './format';
import styles from './ui.module.css';

interface WaitProps {
  label: string;
  done: number;
  total: number | null;
  unit: string;
  onCancel?: () => void;
}

/** A wait of more than two seconds: a bar with counts and a way out. */
export function Wait({ label, done, total, unit, onCancel }: WaitProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const share = total ? Math.min(1, done / total) : 0;
  const counts = total ? `${format.number(done)} / ${format.number(total)}` : format.number(done);
  return (
    <div className={styles.wait}>
      <Group justify="space-between" gap="xs">
        <Text>{label}</Text>
        <Text c="dimmed" className="v-num" aria-live="polite">
          <bdi>{counts}</bdi> {unit}
        </Text>
      </Group>
      <div
        className={styles.waitBar}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      {onCancel && (
        <Group>
          <Button variant="default" onClick={onCancel}>
            {t('wait.cancel')}
          </Button>
        </Group>
      )}
    </div>
  );
}
