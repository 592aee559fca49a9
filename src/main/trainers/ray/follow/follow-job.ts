/**
 * Follows a run's job: asks how it is, takes the events of its log in order, each once, and turns its end into an outcome. Whatever the way loses (a
 * log cut short, a head that was restarted, a connection) is read again from the storage by a small job, since a run writes each event there before
 * it says it. Deliberately absent: what is submitted (ray-job.ts).
 */
import { setImmediate as immediate } from 'node:timers/promises';
import type { NumberedEvent } from '../../../../shared/run/event-lines.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { RESUME } from '../../../jobs/run-end.ts';
import type { RunHandle, RunOutcome, RunSink } from '../../../jobs/trainer.ts';
import { saidEnd } from '../../said-end.ts';
import type { RayJob } from '../jobs-api.ts';
import { attemptFolder, type JobRecord, placedEvents, trainingJob } from '../ray-job.ts';
import type { FollowedJob } from './followed-job.ts';
import { hasWaitedTooLong, jobEnd, wanted } from './job-end.ts';
import { JobStorage, type StoredPart } from './job-storage.ts';
import { LogReader } from './log-reader.ts';
import { OutOfReach, Patience, Released } from './patience.ts';
import { eventSpan, eventsOfLog } from './read-log.ts';
import { StorageTail } from './storage-tail.ts';

/** What a run says of its own end. */
const FINAL: ReadonlySet<RunEvent['kind']> = new Set(['finished', 'failed', 'paused']);
const ENDED: ReadonlySet<RayJob['status']> = new Set(['STOPPED', 'SUCCEEDED', 'FAILED']);
/** Reading logs takes at most this share of the time: some are read whole. */
const READING_SHARE = 10;
/** A step may take minutes before a run that was asked to stop reaches its end. */
const GRACE_MS = 900_000;

/** Follows a job to its end. */
export function followJob(job: FollowedJob, sink: RunSink): RunHandle {
  const follower = new Follower(job, sink);
  const leave = job.board.join();
  const outcome = follower
    .follow()
    .finally(leave)
    .catch((error: unknown): RunOutcome | Promise<RunOutcome> => {
      if (error instanceof Released) return new Promise<RunOutcome>(() => {}); // the next engine attaches to it
      const reason = error instanceof Error ? error.message : String(error);
      return { state: error instanceof OutOfReach ? 'interrupted' : 'failed', reason };
    });
  return {
    outcome,
    graceMs: GRACE_MS,
    stop: () => follower.stop(),
    kill: () => follower.kill(),
    release: () => follower.release(),
  };
}

class Follower {
  readonly #job: FollowedJob;
  readonly #sink: RunSink;
  readonly #patience: Patience;
  #record!: JobRecord;
  #storage: JobStorage | null = null; // once it is recorded
  #last: number;
  readonly #log: LogReader;
  #tail: StorageTail | null = null;
  #final: RunEvent | undefined; // what it said of its own end
  #newsAt = performance.now();
  #status: RayJob['status'] | null = null;
  #ending: 'stop' | 'kill' | null = null;
  #isCancelled = false; // a job that waits will do nothing once its turn comes

  constructor(job: FollowedJob, sink: RunSink) {
    this.#job = job;
    this.#sink = sink;
    this.#last = job.afterSequence;
    this.#log = new LogReader(job.api);
    this.#patience = new Patience(job.pace.pollMs, (why) => sink.waiting(why));
  }

  async follow(): Promise<RunOutcome> {
    this.#patience.say('Writing its package.');
    const found = await this.#recorded();
    if (found === null || this.#ending !== null) return { state: 'stopped', reason: null };
    this.#record = found.record;
    this.#storage = new JobStorage(this.#job, found.record, found.folder);
    if (this.#job.isNew) await this.#patience.until(() => this.#submit(), { isFinal: true });
    for (;;) {
      const found = await this.#patience.until(() => this.#job.board.job(this.#job.api, this.#record.id));
      this.#status = found?.status ?? null;
      const outcome = found === null ? await this.#vanished() : await this.#seen(found);
      if (outcome !== null) return outcome;
      await this.#patience.pause();
    }
  }

  /** Its record; null where it was stopped meanwhile. */
  async #recorded() {
    try {
      return await this.#job.record({
        until: (work) => this.#patience.until(work, { isFinal: true }),
        say: (what) => this.#patience.say(what),
        isEnding: () => this.#ending !== null,
      });
    } catch (error) {
      if (this.#ending === null || error instanceof Released) throw error;
      return null;
    }
  }

  stop(): void {
    if (this.#ending !== null) return;
    this.#ending = 'stop';
    this.#patience.wake();
    void this.#ask(() => (this.#status === 'RUNNING' ? this.#storage!.stop() : this.#cancel()));
  }

  kill(): void {
    this.#ending = 'kill';
    this.#patience.isShort = true;
    this.#patience.wake();
    void this.#ask(async () => {
      if (this.#status === 'PENDING') await this.#cancel().catch(() => {});
      await this.#end();
      this.#isCancelled = true;
    });
  }

  release(): void {
    this.#patience.release();
  }

  async #submit(): Promise<void> {
    const { api, cluster } = this.#job;
    const uri = await api.upload(this.#record.package, () => this.#storage!.package());
    await api.submit(trainingJob(this.#record, cluster, uri));
  }

  /** What is to be done about a job that the cluster knows; null: it goes on. */
  async #seen(job: RayJob): Promise<RunOutcome | null> {
    if (hasWaitedTooLong(job)) {
      if (this.#ending !== null) return { state: 'stopped', reason: null };
      await this.#job.api.forget(this.#record.id).catch(() => {}); // it is asked for again where this failed
      await this.#patience.until(() => this.#submit());
      return null;
    }
    if (job.status === 'PENDING') {
      if (this.#isCancelled) return { state: 'stopped', reason: null };
      this.#patience.say(
        `Pending on ${this.#job.cluster.name}: waiting for ${wanted(this.#job.cluster)} or its set-up.`,
      );
      return null;
    }
    this.#patience.say(null);
    if (this.#tail !== null || this.#job.seesStorage(attemptFolder(this.#record))) return this.#seenHere(job);
    const log = await this.#patience.until(() => this.#takeLog(job));
    const hasEnded = ENDED.has(job.status);
    const isQuiet = performance.now() - this.#newsAt > this.#job.pace.quietMs;
    if ((eventSpan(log)?.last ?? 0) > this.#last || isQuiet || (hasEnded && this.#final === undefined)) {
      this.#newsAt = performance.now();
      const { code } = await this.#patience.until(() => this.#readStorage());
      if (hasEnded) return this.#outcome(job, await this.#lastWords(job), code);
    }
    return hasEnded ? this.#outcome(job, log, null) : null;
  }

  /** The same where this machine sees the storage: the log is asked for last words only. */
  async #seenHere(job: RayJob): Promise<RunOutcome | null> {
    this.#tail ??= new StorageTail(attemptFolder(this.#record));
    for (let more = true; more; ) {
      const next = this.#tail.next(this.#last);
      await this.#takeAll(next.events);
      more = next.more;
      await immediate(); // others have their turn
    }
    if (!ENDED.has(job.status)) return null;
    return this.#outcome(job, await this.#lastWords(job), this.#tail.code());
  }

  /** The last lines of its log, where the run has not said how it ended. */
  async #lastWords(job: RayJob): Promise<string> {
    return this.#final === undefined ? this.#patience.until(() => this.#log.lastWords(this.#record.id, job)) : '';
  }

  /** The cluster does not know the job: it was never submitted, or the head lost it. */
  async #vanished(): Promise<RunOutcome | null> {
    const { begun } = await this.#patience.until(() => this.#readStorage());
    const said = saidEnd(this.#final);
    if (said !== null) return said;
    if (this.#ending !== null) return { state: 'stopped', reason: null };
    if (begun)
      return {
        state: 'interrupted',
        reason: `Cluster ${this.#job.cluster.name} lost the job (its head was restarted). ${RESUME}`,
      };
    await this.#patience.until(() => this.#submit());
    return null;
  }

  #outcome(job: RayJob, log: string, code: number | null): RunOutcome {
    const { name: cluster } = this.#job.cluster;
    return saidEnd(this.#final) ?? jobEnd(job, { cluster, log, code, isAsked: this.#ending !== null });
  }

  async #takeLog(job: RayJob): Promise<string> {
    const began = performance.now();
    const log = await this.#log.news(this.#record.id, job, this.#last);
    await this.#take(log);
    const took = performance.now() - began;
    if (took * READING_SHARE > this.#job.pace.pollMs) await this.#patience.pause(took * READING_SHARE);
    return log;
  }

  /** Gives the events of a text that are new to the sink. */
  #take(log: string): Promise<void> {
    return this.#takeAll([...eventsOfLog(log, this.#last)]);
  }

  async #takeAll(events: readonly NumberedEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    if (this.#patience.isReleased) throw new Released();
    await this.#job.intake.take(this.#sink, placedEvents(this.#record, events), () => this.#patience.isReleased);
    this.#last = last.sequence;
    this.#newsAt = performance.now();
    this.#final = events.findLast(({ event: { kind } }) => FINAL.has(kind))?.event ?? this.#final;
  }

  /** Takes what the storage has after the last event. */
  #readStorage(): Promise<StoredPart> {
    return this.#storage!.read(
      () => this.#last,
      (log) => this.#take(log),
    );
  }

  /**
   * Ends a job that has not begun. Ray leaves one that waits for a place pending, and starts it before it hears of the stop: so its attempt is closed
   * on the storage, where run.py finds that.
   */
  async #cancel(): Promise<void> {
    if (this.#storage === null) return;
    await this.#storage.stop();
    if ((await this.#job.api.job(this.#record.id))?.status === 'PENDING') await this.#end();
    this.#isCancelled = true;
    this.#patience.wake();
  }

  #end(): Promise<void> {
    return this.#storage === null ? Promise.resolve() : this.#job.api.stop(this.#record.id);
  }

  /** Asks for an end in the background, until the cluster has heard it. */
  async #ask(request: () => Promise<unknown>): Promise<void> {
    await this.#patience.until(request).catch(() => {}); // who follows the job finds out
  }
}
