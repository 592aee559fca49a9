/** What a run's job is followed by: its cluster, its record, and how often it is asked for. */
import type { Cluster } from '../../../../shared/settings/cluster.ts';
import type { JobsApi } from '../jobs-api.ts';
import type { JobRecord } from '../ray-job.ts';
import type { Intake } from './intake.ts';
import type { JobBoard } from './job-board.ts';

/** What a job is followed by. */
export interface FollowedJob {
  readonly api: JobsApi;
  readonly cluster: Cluster;
  /** Its record, kept before this resolves; called once. */
  readonly record: (way: Way) => Promise<{ readonly record: JobRecord; readonly folder: string }>;
  readonly isNew: boolean; // it is to be submitted
  readonly afterSequence: number;
  readonly pace: Pace;
  /** Where its events go in. */
  readonly intake: Intake;
  /** How the jobs of its cluster are. */
  readonly board: JobBoard;
  /** Whether this machine sees the folder of an attempt. */
  readonly seesStorage: (attempt: string) => boolean;
}

/** What is done for a job before it is submitted, and may take a while. */
export interface Way {
  /** Does something until the cluster has answered. */
  readonly until: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told what is under way. */
  readonly say: (what: string) => void;
  /** Whether the run is to end. */
  readonly isEnding: () => boolean;
}

/** How often a cluster is asked, in milliseconds. */
export interface Pace {
  readonly pollMs: number;
  /** After this long without news a running job's events are looked for in the storage. */
  readonly quietMs: number;
}
