import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, type ReactElement, type ReactNode } from 'react';
import type { Base, CustomerObject, Filter, Pareto, ParetoPoint } from '@/api';
import { useCatalogue } from '@/catalogue';
import type { ListSearch } from '@/records';

/** The address of the list that holds exactly the customers of a filter, the most valuable first. */
export function customersAt(filter: Filter, measure: string): ListSearch {
  return { filter, sort: `-${measure}` };
}

/** The customers up to a point of the curve; undefined where the server has no way to say them. */
export function upTo(
  point: ParetoPoint,
  pareto: Pick<Pareto, 'measure' | 'whole'>,
  base: Pick<Base, 'measure'>,
): Filter | undefined {
  // The stored ranks are those of the whole base by the measure of the settings.
  if (pareto.measure !== base.measure || !pareto.whole) return undefined;
  return { field: 'abc_rank', op: 'le', value: point.rank };
}

function usePlural(object: CustomerObject): string {
  return useCatalogue().object(object)?.plural ?? object;
}

/** Opens the customers behind a mark of a plot. */
export function useOpenCustomers(
  object: CustomerObject,
  measure: string,
): (filter: Filter | undefined) => void {
  const navigate = useNavigate();
  const plural = usePlural(object);
  return useCallback(
    (filter) => {
      if (filter) void navigate({ to: '/$plural', params: { plural }, search: customersAt(filter, measure) });
    },
    [navigate, plural, measure],
  );
}

interface CustomersLinkProps {
  object: CustomerObject;
  measure: string;
  filter: Filter | undefined;
  className?: string;
  title?: string;
  children: ReactNode;
}

/** A number that leads to the customers that it counts. */
export function CustomersLink(props: CustomersLinkProps): ReactElement {
  const { object, measure, filter, children, ...look } = props;
  const plural = usePlural(object);
  if (!filter) return <span {...look}>{children}</span>;
  return (
    <Link to="/$plural" params={{ plural }} search={customersAt(filter, measure)} {...look}>
      {children}
    </Link>
  );
}
