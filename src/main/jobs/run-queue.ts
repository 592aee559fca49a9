/**
 * The queue: K runs at a time, first come first served, each given to its trainer. One run's end, however bad, never touches the others.
 * Deliberately absent: how a trainer trains (trainer.ts is all it sees), studies, and the database itself (a RunLedger is all it sees).
 */
import { availableParallelism } from 'node:os';
import { SophiaError } from '../../shared/errors.ts';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type CheckpointCheck, pickCheckpoint } from './pick-checkpoint.ts';
import { afterClosing, type RunEnd, unrecorded, withoutCheckpoint } from './run-end.ts';
import type { RunLedger } from './run-ledger.ts';
import { StateBook } from './state-book.ts';
import { type RunHandle, type RunSink, type Trainers, trainerOf } from './trainer.ts';

export interface RunQueueOptions {
  readonly ledger: RunLedger;
  readonly trainers: Trainers;
  /** Runs at a time (default 1). The cores are divided by it, whether or not all places are taken: same place, same bits. */
  readonly parallel?: number;
  readonly cores?: number;
  /** How long a run that was asked to stop may take to reach a safe point, in milliseconds; then it is killed. */
  readonly graceMs?: number;
  /** What a run needs in its environment beside the engine's own. */
  readonly environmentOf?: (settings: Settings) => Record<string, string>;
  /** Threads of each run; default: its share of the cores. */
  readonly threads?: number;
  /** Asked before a run starts: why it has to be paused instead, or null. */
  readonly refusal?: (runId: number) => Promise<string | null>;
  readonly checkpointCheck?: CheckpointCheck;
  /** Told after the row is committed. */
  readonly onEvent?: (runId: number, event: RunEvent) => void;
  readonly onState?: (runId: number, state: RunState, reason: string | null) => void;
}

interface Place {
  handle?: RunHandle; // not there while its checkpoint is being checked
  closing?: 'stop' | 'shutdown';
  graceTimer?: NodeJS.Timeout;
  /** Set when something that it said could not be written: how it ends, whatever its trainer makes of it. */
  broken?: RunEnd;
}

const GRACE_MS = 30_000;

/** Runs at a time, waiting ones in order. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #waiting: number[] = [];
  readonly #places = new Map<number, Place>();
  /** Of runs that are to go on from an older checkpoint than their newest: its step. */
  readonly #from = new Map<number, number>();
  readonly #states: StateBook;
  #parallel = 1;
  #threads = 1;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.#states = new StateBook(options.ledger, options.onState);
    this.share(options.parallel, options.threads);
  }

  get parallel(): number {
    return this.#parallel;
  }
  get threads(): number {
    return this.#threads;
  }

  /** Runs at a time (default 1) and threads of each (default: its share of the cores), for runs that start from now on. */
  share(parallel = 1, threads?: number): void {
    this.#parallel = Math.max(1, parallel);
    const cores = this.#options.cores ?? availableParallelism();
    this.#threads = Math.max(1, threads ?? Math.floor(cores / this.#parallel));
    this.#fill();
  }

  /** Runs waiting (in order) and running. */
  get waiting(): readonly number[] {
    return this.#waiting;
  }
  get running(): readonly number[] {
    return [...this.#places.keys()];
  }

  /**
   * Puts runs at the end of the queue; those already there are left where they are. Each goes on from its newest sound checkpoint, or from
   * that of `fromStep` and no other.
   */
  add(runIds: readonly number[], { fromStep }: { readonly fromStep?: number } = {}): void {
    for (const runId of runIds) {
      if (this.#closed || this.#places.has(runId) || this.#waiting.includes(runId)) continue;
      if (fromStep !== undefined) this.#from.set(runId, fromStep);
      this.#states.set(runId, 'queued', null);
      this.#waiting.push(runId);
    }
    this.#fill();
  }

  /** Stops a run: a waiting one leaves the queue, a running one ends at its next safe point. False when it is neither. */
  stop(runId: number): boolean {
    const at = this.#waiting.indexOf(runId);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.#from.delete(runId);
      this.#states.settle(runId, 'stopped', 'Stopped before it started.');
      this.#settle();
      return true;
    }
    const place = this.#places.get(runId);
    if (place === undefined) return false;
    this.#end(place, 'stop');
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  whenIdle(): Promise<void> {
    if (this.#places.size === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Ends the queue: waiting and running runs become interrupted (resumable), each process after its grace time at the latest. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#interruptWaiting('The engine was closed before the run started.');
    for (const place of this.#places.values()) {
      this.#end(place, place.closing ?? 'shutdown');
    }
    this.#settle();
    await this.whenIdle();
    this.#states.end();
  }

  #fill(): void {
    while (!this.#closed && this.#places.size < this.parallel) {
      const runId = this.#waiting.shift();
      if (runId === undefined) return;
      const place: Place = {};
      this.#places.set(runId, place);
      void this.#work(runId, place).then((outcome) => {
        clearTimeout(place.graceTimer);
        this.#places.delete(runId);
        this.#states.settle(runId, outcome.state, outcome.reason);
        // One run after the other would start only to end the same way.
        if (outcome.homeUnwritable) this.#interruptWaiting(`It was queued. ${outcome.reason}`);
        this.#fill();
        this.#settle();
      });
    }
  }

  async #work(runId: number, place: Place): Promise<RunEnd> {
    const { ledger, trainers, environmentOf, refusal } = this.#options;
    try {
      const refused = (await refusal?.(runId)) ?? null;
      if (place.closing !== undefined) return afterClosing(place.closing);
      if (refused !== null) return { state: 'paused', reason: refused };
      const { settings, folder } = ledger.plan(runId);
      const trainer = trainerOf(trainers, settings);
      const from = this.#from.get(runId);
      this.#from.delete(runId);
      const offered = ledger.checkpoints(runId).filter(({ step }) => from === undefined || step === from);
      const { resume, problems } = await pickCheckpoint(offered, folder, this.#options.checkpointCheck);
      if (place.closing !== undefined) return afterClosing(place.closing);
      if (from !== undefined && resume === null) return withoutCheckpoint(from, problems);
      ledger.beginAttempt(runId, resume?.step ?? 0);
      this.#states.set(runId, 'running', null);
      const environment = environmentOf?.(settings) ?? {};
      const plan = { runId, settings, folder, resume, threads: this.threads, environment };
      return await this.#follow(runId, place, trainer.start(plan, this.#sink(runId, place, problems)));
    } catch (error) {
      return unrecorded(error);
    }
  }

  /** Waits for a run's end. */
  async #follow(runId: number, place: Place, handle: RunHandle): Promise<RunEnd> {
    place.handle = handle;
    try {
      if (handle.pid !== undefined) this.#options.ledger.setPid(runId, handle.pid);
    } catch (error) {
      place.broken ??= unrecorded(error);
    }
    if (place.broken !== undefined) handle.kill();
    else if (place.closing !== undefined) this.#end(place, place.closing);
    const outcome = await handle.outcome;
    if (place.broken !== undefined) return place.broken;
    return outcome.state === 'stopped' && place.closing === 'shutdown' ? afterClosing('shutdown') : outcome;
  }

  /** What a run says on its way to the ledger. `problems` were found before it started and are told once it has. */
  #sink(runId: number, place: Place, problems: readonly string[] = []): RunSink {
    const record = (event: RunEvent, sequence: number) => {
      this.#options.ledger.record(runId, event, sequence);
      this.#options.onEvent?.(runId, event);
    };
    return {
      event: (event, sequence) => {
        if (place.broken !== undefined) throw new SophiaError('conflict', `Run ${runId} takes no more events.`);
        try {
          record(event, sequence);
          if (sequence !== 1) return;
          for (const message of problems)
            record({ kind: 'alert', step: event.step, level: 'warning', name: 'checkpoint', message }, sequence);
        } catch (error) {
          place.broken = unrecorded(error);
          place.handle?.kill();
          throw error;
        }
      },
    };
  }

  /** Asks a run to stop at its next safe point, and kills it when it takes too long. */
  #end(place: Place, closing: 'stop' | 'shutdown'): void {
    place.closing = closing;
    if (place.handle === undefined || place.graceTimer !== undefined) return;
    place.handle.stop();
    place.graceTimer = setTimeout(() => place.handle?.kill(), this.#options.graceMs ?? GRACE_MS);
  }

  #interruptWaiting(reason: string): void {
    for (const runId of this.#waiting.splice(0)) this.#states.settle(runId, 'interrupted', reason);
  }

  #settle(): void {
    if (this.#places.size > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
