/**
 * Runs of trainer trl on Ray clusters: each a job that goes on without the engine and is attached to again. Deliberately absent: runs on this machine
 * (trl/trl-trainer.ts).
 */
import { existsSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import { KEY_HOSTS_VARIABLE } from '../../../shared/settings/key-hosts.ts';
import type { RunHandle, RunPlan, RunSink } from '../../jobs/trainer.ts';
import { codeVersion } from '../native/code-version.ts';
import { extraPackages } from '../trl/extras.ts';
import { followJob } from './follow/follow-job.ts';
import type { Pace, Way } from './follow/followed-job.ts';
import { Intake } from './follow/intake.ts';
import { JobBoard } from './follow/job-board.ts';
import { isSeenHere } from './follow/storage-tail.ts';
import { JobsApi } from './jobs-api.ts';
import { picturesFolder, placePictures } from './place-pictures.ts';
import { homeName, keepRecord, newRecord, rayFolder, recordOf, referenceOf, resumeFolder } from './ray-job.ts';
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
  /** Whether this machine may see the storage itself, before the cluster is asked; default: there is such a folder. */
  readonly maySeeStorage?: (storage: string) => boolean;
  /** Bytes that one package may have; default: what Ray takes. */
  readonly packageBytes?: number;
}

/** Events are gathered for this part of a poll. */
const GATHERED = 20;
const PACE: Pace = { pollMs: 2000, quietMs: 600_000 };

/** Starts runs on clusters and finds them again. */
export class RayTrainer {
  readonly #options: RayTrainerOptions;
  /** Packages of a cluster are written one after the other: each takes a core, and they may have the same pictures. */
  readonly #packing = new Map<string, Promise<unknown>>();
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
    const common = this.#common(cluster);
    const record = async (way: Way) => {
      const resume = resumeFolder(plan.resume?.uri ?? null, cluster);
      const made = await this.#inTurn(cluster, () => {
        if (way.isEnding()) throw new SophiaError('conflict', 'It was stopped before it was submitted.');
        const { pace, api } = common;
        const { maySeeStorage = existsSync, packageBytes } = this.#options;
        const id = `sophia-${homeName(home)}`;
        const place = async (pictures: string) => {
          await placePictures(pictures, { cluster, api, id, pollMs: pace.pollMs, maySeeStorage, ...way });
          return picturesFolder(cluster);
        };
        const options = { home, cluster, codeVersion: codeVersion(), into: folder, most: packageBytes, place };
        return packRun({ name: `run-${runId}`, settings }, options);
      });
      const { workers } = settings.training;
      const extras = extraPackages([settings]);
      const parts = { runId, attempt, package: made.name, resume, keyHosts, workers, extras };
      const kept = newRecord(home, cluster, parts);
      keepRecord(folder, kept);
      sink.reference(referenceOf(runId, attempt));
      return { record: kept, folder };
    };
    return followJob({ ...common, record, isNew: true, afterSequence: 0 }, sink);
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

  #inTurn<T>({ name }: Cluster, work: () => Promise<T>): Promise<T> {
    const done = (this.#packing.get(name) ?? Promise.resolve()).then(work);
    this.#packing.set(
      name,
      done.catch(() => {}),
    );
    return done;
  }
}
