import { NumberInput, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Budget, BudgetShare, CustomerObject, Money } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { isolate, Question, Tag, useFormat } from '@/ui';
import styles from './budget.module.css';
import type { Satisfaction } from './useBudget';

interface GroupTableProps {
  object: CustomerObject;
  budget: Budget;
  floors: Record<string, number>;
  onFloor: (group: string, floor: number) => void;
  satisfaction: Satisfaction;
  onSatisfaction: (field: string) => void;
  satisfied: Record<string, number>;
  /** Undefined takes the floor away. */
  onSatisfied: (group: string, least: number | undefined) => void;
}

/** Today's spend for each customer beside the proposal. */
function Pair({ share, most }: { share: BudgetShare; most: number }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rows: ['today' | 'proposal', Money][] = [
    ['today', share.today.each],
    ['proposal', share.proposal.each],
  ];
  return (
    <div className={styles.pair}>
      {rows.map(([name, each]) => (
        <div key={name} className={styles.one} data-bar={name}>
          <span className="v-small v-soft">{t(`budget.${name}`)}</span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${(Number(each.amount) / most) * 100}%` }} />
          </span>
          <span className={styles.end}>{format.money(each)}</span>
        </div>
      ))}
    </div>
  );
}

/** An amount with a sign: what is more, and in parentheses what is less. Only of profit is more better. */
function Change({ amount, profit = false }: { amount: Money; profit?: boolean }): ReactElement {
  const format = useFormat();
  const value = Number(amount.amount);
  return (
    <span data-side={profit ? (value < 0 ? 'loss' : 'gain') : undefined}>
      {isolate((value > 0 ? '+' : '') + format.money(amount, { style: 'whole' }))}
    </span>
  );
}

function Notes({ share }: { share: BudgetShare }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { other_currency: other } = share;
  const unknown = share.customers - share.known - other;
  return (
    <>
      {share.satisfaction.reached === false && (
        <div className="v-small v-soft">
          {t(share.satisfaction.rated ? 'budget.neverSatisfied' : 'budget.nobodyAsked')}
        </div>
      )}
      {share.floor_binds && <Tag color="yellow">{t('budget.floorBinds')}</Tag>}
      {share.response.refused && (
        <div className="v-small v-soft">{t(`budget.refused.${share.response.refused}`)}</div>
      )}
      {unknown > 0 && (
        <div className="v-small v-soft">{t('budget.unknown', { number: format.number(unknown) })}</div>
      )}
      {other > 0 && (
        <div className="v-small v-soft">{t('budget.otherCurrency', { number: format.number(other) })}</div>
      )}
    </>
  );
}

interface RowProps extends Omit<GroupTableProps, 'budget' | 'satisfaction' | 'onSatisfaction'> {
  share: BudgetShare;
  most: number;
  rated: boolean;
}

function Row(props: RowProps): ReactElement {
  const { object, share, most, rated, floors, onFloor, satisfied, onSatisfied } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(object)?.plural ?? object;
  return (
    <tr>
      <td>
        <Link to="/$plural" params={{ plural }} search={{ filter: share.filter, sort: '-cost_to_serve' }}>
          <bdi>{share.name}</bdi>
        </Link>{' '}
        <span className="v-soft">{format.number(share.customers)}</span>
        <Notes share={share} />
      </td>
      <td className={styles.end}>{format.money(share.brings, { style: 'whole' })}</td>
      <td className={styles.end}>{format.money(share.today.all, { style: 'whole' })}</td>
      <td className={styles.end}>
        {share.net_profit ? format.money(share.net_profit, { style: 'whole' }) : t('budget.notKnown')}
      </td>
      {rated && (
        <td className={styles.end}>
          {share.satisfaction.mean === null
            ? '–'
            : format.number(share.satisfaction.mean, { maximumFractionDigits: 1 })}
        </td>
      )}
      <td>
        <Pair share={share} most={most} />
      </td>
      <td className={styles.end}>
        <Change amount={share.change} />
      </td>
      <td className={styles.end}>
        <Change amount={share.gain} profit />
      </td>
      <td>
        <NumberInput
          aria-label={t('budget.floorOf', { group: share.name })}
          w={88}
          min={0}
          hideControls
          value={floors[share.name] ?? 0}
          onChange={(value) => typeof value === 'number' && onFloor(share.name, value)}
        />
      </td>
      {rated && (
        <td>
          <NumberInput
            aria-label={t('budget.satisfiedOf', { group: share.name })}
            w={88}
            hideControls
            placeholder="–"
            value={satisfied[share.name] ?? ''}
            onChange={(value) => onSatisfied(share.name, typeof value === 'number' ? value : undefined)}
          />
        </td>
      )}
    </tr>
  );
}

interface SatisfactionByProps {
  satisfaction: Satisfaction;
  onChange: (field: string) => void;
}

/** By which number the groups are told how satisfied they are. */
function SatisfactionBy({ satisfaction, onChange }: SatisfactionByProps): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  return (
    <>
      <span className="v-soft v-small">{t('budget.satisfactionBy')}</span>
      <Select
        aria-label={t('budget.satisfactionBy')}
        placeholder={t('budget.notKnown')}
        title={t('budget.satisfactionHelp')}
        w={220}
        clearable
        searchable
        value={satisfaction.chosen ?? null}
        data={satisfaction.fields.map((field) => ({ value: field.name, label: label(field) }))}
        nothingFoundMessage={t('budget.noNumbers')}
        onChange={(field) => onChange(field ?? '')}
      />
    </>
  );
}

/** Each group: what it brings and costs, what is left, today's spend against the proposal, and its floor. */
export function GroupTable(props: GroupTableProps): ReactElement {
  const { object, budget, satisfaction, onSatisfaction, ...floors } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { groups } = budget;
  const rated = satisfaction.chosen !== undefined;
  const most = Math.max(
    0.01,
    ...groups.flatMap(({ today, proposal }) => [Number(today.each.amount), Number(proposal.each.amount)]),
  );
  const heads = ['group', 'brings', 'costs', 'leaves', ...(rated ? ['satisfaction'] : [])];
  const people = groups.reduce((sum, { customers }) => sum + customers, 0);
  return (
    <Question
      title={t('budget.groups')}
      tools={<SatisfactionBy satisfaction={satisfaction} onChange={onSatisfaction} />}
      caption={t('budget.caption', {
        number: format.number(people),
        currency: budget.currency,
        day: budget.as_of ? format.date(budget.as_of) : '–',
      })}
    >
      <div className={styles.scroll}>
        <table className={styles.rows}>
          <thead>
            <tr>
              {[...heads, 'each', 'change', 'effect', 'floor', ...(rated ? ['satisfied'] : [])].map(
                (head) => (
                  <th key={head} className={head === 'group' || head === 'each' ? undefined : styles.end}>
                    {t(`budget.${head}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {groups.map((share) => (
              <Row key={share.name} object={object} share={share} most={most} rated={rated} {...floors} />
            ))}
          </tbody>
        </table>
      </div>
    </Question>
  );
}
