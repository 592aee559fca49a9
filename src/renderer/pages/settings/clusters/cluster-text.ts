/** Clusters in words. */
import type { Cluster } from '../../../../shared/settings/cluster.ts';
import { count } from '../../../text/format.ts';

/** What each run takes there, such as "1 GPU, 4 CPUs". */
export function eachRun({ gpus, cpus, memoryGiB }: Pick<Cluster, 'gpus' | 'cpus' | 'memoryGiB'>): string {
  const parts = [count(gpus, 'GPU'), count(cpus, 'CPU'), ...(memoryGiB > 0 ? [`${memoryGiB} GiB`] : [])];
  return parts.join(', ');
}

/** How much of something is free; null: the cluster did not say. */
export const freeOf = (free: number | null, all: number | null): string =>
  all === null || free === null ? 'not told' : `${free} of ${all} free`;
