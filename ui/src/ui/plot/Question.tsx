import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartDots, IconTable } from '@tabler/icons-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './question.module.css';

interface QuestionProps {
  /** The question that the plot answers. */
  title: string;
  /** The answer in one line. */
  answer?: ReactNode;
  /** How many, over which time, in which unit, by which method. */
  caption?: ReactNode;
  /** Choices that belong to this plot. */
  tools?: ReactNode;
  /** The same as rows; offered beside the plot. */
  table?: ReactNode;
  asTable?: boolean;
  onTable?: (asTable: boolean) => void;
  children: ReactNode;
}

/** One question with its answer, the plot that shows it, and the table behind the plot. */
export function Question(props: QuestionProps): ReactElement {
  const { title, answer, caption, tools, table, asTable = false, onTable, children } = props;
  const { t } = useTranslation();
  const id = useId();
  const toggle = asTable ? t('plot.showPlot') : t('plot.showTable');
  return (
    <section className={styles.question} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        <span className={styles.tools}>
          {tools}
          {table && onTable && (
            <Tooltip label={toggle}>
              <ActionIcon aria-label={toggle} aria-pressed={asTable} onClick={() => onTable(!asTable)}>
                {asTable ? <IconChartDots size={16} /> : <IconTable size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </span>
      </header>
      {answer && <p className={styles.answer}>{answer}</p>}
      <div className={styles.body}>
        {asTable && table ? <div className={styles.table}>{table}</div> : children}
      </div>
      {caption && <p className={styles.caption}>{caption}</p>}
    </section>
  );
}
