/**
 * Runs of trainer trl on Ray clusters: each a job that goes on without the engine and is attached to again. Deliberately absent: runs on this machine
 * (trl/trl-trainer.ts).
 */
import type { Cluster } from '../../../shared/settings/cluster.ts';
import { KEY_HOSTS_VARIABLE } from '../../../shared/settings/key-hosts.ts';
import type { RunHandle, RunPlan, RunSink } from '../../jobs/trainer.ts';
import { codeVersion } from '../native/code-version.ts';
import { extraPackages } from '../trl/extras.ts';
import { followJob } from './follow/follow-job.ts';
import type { Pace } from './follow/followed-job.ts';
import { Intake } from './follow/intake.ts';
import { JobBoard } from './follow/job-board.ts';
import { isSeenHere } from './follow/storage-tail.ts';
import { JobsApi } from './jobs-api.ts';
import { keepRecord, newRecord, rayFolder, recordOf, referenceOf, resumeFolder } from './ray-job.ts';
import { packRun } from './ray-package.ts';

/** The clusters of a home. */
export interface Clusters {
  /** A cluster by name; null where the home has none. */
  named(name: string): Cluster | null;
  /** Its token; null where it has none. */
  token(cluster: Cluster): string | null;
}

/** Where such runs begin. */
export interface RayTrainerOptions {
  readonly home: string;
  readonly clusters: Clusters;
  readonly pace?: Pace;
  /** Whether this machine sees the folder of an attempt; default: it looks. */
  readonly seesStorage?: (attempt: string) => boolean;
}

/** Events are gathered for this part of a poll. */
const GATHERED = 20;
const PACE: Pace = { pollMs: 2000, quietMs: 600_000 };

/** Starts runs on clusters and finds them again. */
export class RayTrainer {
  readonly #options: RayTrainerOptions;
  /** Packages are written one after the other: each takes a core. */
  #packing: Promise<unknown> = Promise.resolve();
  readonly #intake: Intake;
  readonly #boards = new Map<string, JobBoard>();

  constructor(options: RayTrainerOptions) {
    this.#options = options;
    this.#intake = new Intake((options.pace ?? PACE).pollMs / GATHERED);
  }

  /** Starts a run on a cluster. */
  start(plan: RunPlan, cluster: Cluster, sink: RunSink): RunHandle {
    const { home } = this.#options;
    const { runId, attempt, settings, environment } = plan;
    const keyHosts = environment[KEY_HOSTS_VARIABLE] ?? '';
    const folder = rayFolder(home, runId);
    const record = async () => {
      const resume = resumeFolder(plan.resume?.uri ?? null, cluster);
      const place = { home, cluster, codeVersion: codeVersion(), into: folder };
      const made = await this.#inTurn(() => packRun({ name: `run-${runId}`, settings }, place));
      const { workers } = settings.training;
      const extras = extraPackages([settings]);
      const parts = { runId, attempt, package: made.name, resume, keyHosts, workers, extras };
      const kept = newRecord(home, cluster, parts);
      keepRecord(folder, kept);
      sink.reference(referenceOf(runId, attempt));
      return { record: kept, folder };
    };
    return followJob({ ...this.#common(cluster), record, isNew: true, afterSequence: 0 }, sink);
  }

  /** Goes on with a job that an engine before this one had started; null where its record or cluster is gone. */
  attach(reference: string, afterSequence: number, sink: RunSink): RunHandle | null {
    const { home, clusters } = this.#options;
    const found = recordOf(home, reference);
    const cluster = found === null ? null : clusters.named(found.record.cluster);
    if (found === null || cluster === null) return null;
    const record = () => Promise.resolve(found);
    return followJob({ ...this.#common(cluster), record, isNew: false, afterSequence }, sink);
  }

  #common(cluster: Cluster) {
    const { pace = PACE, seesStorage = isSeenHere } = this.#options;
    const board = this.#boards.get(cluster.name) ?? new JobBoard(pace.pollMs);
    this.#boards.set(cluster.name, board);
    return { api: this.#api(cluster), cluster, pace, board, seesStorage, intake: this.#intake };
  }

  #api(cluster: Cluster): JobsApi {
    const { clusters } = this.#options;
    // Asked for each request: a token may be given, or an address mended, while a run goes on.
    return new JobsApi(() => {
      const now = clusters.named(cluster.name) ?? cluster;
      return { cluster: now, token: clusters.token(now) };
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#packing.then(work);
    this.#packing = done.catch(() => {});
    return done;
  }
}
