/** The clusters that a home knows: found by name, and not forgotten while runs go on there. */
import { nearestName, SophiaError } from '../../shared/errors.ts';
import type { Cluster } from '../../shared/settings/cluster.ts';
import type { HomeSettings } from '../../shared/settings/home-settings.ts';
import type { ReadStore } from '../store/store.ts';
import { recordOf } from '../trainers/ray/ray-job.ts';

/** The cluster of a name. @throws SophiaError 'usage' with the nearest name */
export function clusterNamed({ clusters }: Pick<HomeSettings, 'clusters'>, name: string): Cluster {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found !== undefined) return found;
  const near = nearestName(
    name,
    clusters.map((cluster) => cluster.name),
  );
  throw new SophiaError(
    'usage',
    `This home has no cluster "${name}".`,
    near === undefined ? 'Add it: `sophia cluster add`.' : `Did you mean "${near}"?`,
  );
}

/** Refuses to leave out a cluster that runs are going on at: nothing would find them again. */
export function refuseBusyClusters(store: Pick<ReadStore, 'ongoingRuns' | 'paths'>, kept: readonly Cluster[]): void {
  for (const { reference, runId } of store.ongoingRuns()) {
    const at = recordOf(store.paths.home, reference)?.record.cluster;
    if (at === undefined || kept.some(({ name }) => name === at)) continue;
    throw new SophiaError('conflict', `Run ${runId} is running on cluster ${at}.`, 'Stop it first.');
  }
}
