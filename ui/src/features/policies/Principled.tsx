import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Policy, Principles } from '@/api';
import { usePrinciple } from './usePrinciple';

/** The principles of a group in one line each. */
export function Principled({ policy }: { policy: Policy }): ReactElement {
  const { t } = useTranslation();
  const words = usePrinciple();
  const said = Object.entries(policy.principles) as [keyof Principles, string | number | null][];
  return (
    <>
      {said.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <span className="v-soft">{t(`policy.${name}`)}</span> <bdi>{words(name, value)}</bdi>
            </div>
          ),
      )}
      {policy.note && (
        <div className="v-small v-soft">
          <bdi>{policy.note}</bdi>
        </div>
      )}
    </>
  );
}
