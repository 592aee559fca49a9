/** The clusters of a home as trainers see them: by name, with the token that the engine has for each. */
import type { Cluster, ClusterReport } from '../../shared/settings/cluster.ts';
import type { HomeSettings } from '../../shared/settings/home-settings.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { planRuns, type Study } from '../../shared/study/study.ts';
import { clusterNamed } from '../services/clusters.ts';
import { checkCluster } from '../trainers/ray/check-cluster.ts';
import { fetchCheckpoint } from '../trainers/ray/fetch-checkpoint.ts';
import type { Clusters } from '../trainers/ray/ray-trainer.ts';
import type { EndpointKeys } from './endpoint-keys.ts';

export class HomeClusters implements Clusters {
  readonly #home: string;
  readonly #settings: () => HomeSettings;
  readonly #keys: EndpointKeys;

  constructor(home: string, settings: () => HomeSettings, keys: EndpointKeys) {
    this.#home = home;
    this.#settings = settings;
    this.#keys = keys;
  }

  named(name: string): Cluster | null {
    return this.#settings().clusters.find((cluster) => cluster.name === name) ?? null;
  }

  token({ tokenVariable }: Cluster): string | null {
    return this.#keys.ofCluster(tokenVariable);
  }

  /** What a cluster is, and whether these runs would find there what they need. @throws SophiaError where it cannot be asked */
  async check(name: string, runs: readonly Settings[]): Promise<ClusterReport> {
    const cluster = clusterNamed(this.#settings(), name);
    return checkCluster({ cluster, token: this.token(cluster) }, this.#home, runs);
  }

  /** Copies a checkpoint's model files out of its cluster's storage into a folder here. */
  fetch(uri: string, into: string): Promise<void> {
    const access = (name: string) => {
      const cluster = clusterNamed(this.#settings(), name);
      return { cluster, token: this.token(cluster) };
    };
    return fetchCheckpoint(access, { home: this.#home, uri, into });
  }

  /** Refuses a study whose runs would miss something there. */
  async refuseUnfit(name: string, study: Study): Promise<void> {
    const runs = planRuns(study).map(({ settings }) => settings);
    const [problem] = (await this.check(name, runs)).problems;
    if (problem !== undefined) throw problem;
  }
}
