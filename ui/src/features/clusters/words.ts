import type { Cluster, Clusters } from '@/api';

export interface Trait {
  feature: string;
  /** Median of the group over that of all; null where that of all is zero. */
  ratio: number | null;
  more: boolean;
}

const CLEAR = 1.25;
const MOST = 3;

/** In what the group differs most from all customers, by its medians; the clearest first. */
export function traits({ features, all }: Pick<Clusters, 'features' | 'all'>, group: Cluster): Trait[] {
  return features
    .flatMap((feature) => {
      const [own, usual] = [group.medians[feature], all?.medians[feature]];
      if (own === null || own === undefined || usual === null || usual === undefined || own === usual)
        return [];
      return [{ feature, ratio: usual > 0 && own >= 0 ? own / usual : null, more: own > usual }];
    })
    .filter(({ ratio }) => ratio === null || ratio >= CLEAR || ratio <= 1 / CLEAR)
    .sort((a, b) => distance(b) - distance(a))
    .slice(0, MOST);
}

function distance({ ratio }: Trait): number {
  if (ratio === null) return 0;
  return ratio === 0 ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio));
}
