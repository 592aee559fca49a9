/** A Ray cluster that a home knows: where its Jobs API answers, the folder that all its nodes see, what a run takes there. */
import { z } from 'zod';
import type { SophiaError } from '../errors.ts';
import { NAME, NAME_HOLDS } from '../study/study.ts';
import { isBaseUrl, KEY_VARIABLE, plainBaseUrl } from './base-url.ts';

/** Where the packages that a run needs come from, there. */
export const PACKAGES_FROM = ['pip', 'cluster'] as const;
/** One of them: Ray installs the pinned ones, once for each node, or the cluster's Python has them. */
export type PackagesFrom = (typeof PACKAGES_FROM)[number];

/** A cluster. */
export const clusterSchema = z.strictObject({
  name: z.string().regex(NAME, NAME_HOLDS),
  address: z
    .string()
    .max(2000)
    .refine(
      isBaseUrl,
      'must be the address of the Ray dashboard without user name and password, such as http://127.0.0.1:8265',
    )
    .transform(plainBaseUrl),
  /** The variable that its token goes by; empty: it wants none. */
  tokenVariable: z
    .string()
    .refine((name) => name === '' || KEY_VARIABLE.test(name), 'must be capitals, digits and _, such as RAY_LAB_TOKEN'),
  storage: z
    .string()
    .max(2000)
    .regex(
      /^\/[^\p{Cc}:"]*$/u,
      'must be an absolute path that every node sees, such as /shared/sophia, without " and :',
    ),
  gpus: z.number().min(0).max(1024), // of each run
  cpus: z.number().min(0).max(4096),
  memoryGiB: z.number().min(0).max(1e6), // 0: none reserved
  packages: z.enum(PACKAGES_FROM),
});
/** A cluster; tokens are never in here. */
export type Cluster = z.infer<typeof clusterSchema>;

/** A cluster without what was added to it for showing. */
export const plainCluster = (cluster: Cluster): Cluster => {
  const { name, address, tokenVariable, storage, gpus, cpus, memoryGiB, packages } = cluster;
  return { name, address, tokenVariable, storage, gpus, cpus, memoryGiB, packages };
};

/** What a cluster said of itself, and what runs would miss there. */
export interface ClusterReport {
  readonly rayVersion: string;
  readonly nodes: number;
  readonly gpus: number | null; // null: it did not say
  readonly freeGpus: number | null;
  readonly cpus: number | null;
  readonly freeCpus: number | null;
  readonly freeStorageGB: number | null;
  /** Things that work and should be known, one line each. */
  readonly warnings: readonly string[];
  readonly problems: readonly SophiaError[];
}
