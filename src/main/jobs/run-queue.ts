/**
 * The queue: K runs at a time, each in a process of its own, first come first served. One run's end, however bad, never touches
 * the others. Deliberately absent: studies and the database itself (a RunLedger is all it sees).
 */
import { availableParallelism } from 'node:os';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type CheckpointCheck, pickCheckpoint } from './pick-checkpoint.ts';
import type { RunLedger } from './run-ledger.ts';
import { StateBook } from './state-book.ts';
import { startWorker, unrecorded, type WorkerOutcome, type WorkerProcess } from './worker-process.ts';

export interface RunQueueOptions {
  readonly ledger: RunLedger;
  /** Runs at a time (default 1). The cores are divided by it, whether or not all places are taken: same place, same bits. */
  readonly parallel?: number;
  readonly cores?: number;
  /** How long a run asked to stop may take to reach a safe point, in milliseconds. */
  readonly graceMs?: number;
  /** The Node executable for workers (Electron cannot run them itself). */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What a run's process finds in its environment beside `env`. */
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
  worker: WorkerProcess | undefined; // undefined while its checkpoint is being checked
  closing: 'stop' | 'shutdown' | undefined;
}

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
    place.closing = 'stop';
    place.worker?.stop(this.#options.graceMs ?? 30_000);
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
      place.closing ??= 'shutdown';
      place.worker?.stop(this.#options.graceMs ?? 30_000);
    }
    this.#settle();
    await this.whenIdle();
    this.#states.end();
  }

  #fill(): void {
    while (!this.#closed && this.#places.size < this.parallel && this.#waiting.length > 0) {
      const runId = this.#waiting.shift()!;
      const place: Place = { worker: undefined, closing: undefined };
      this.#places.set(runId, place);
      void this.#work(runId, place).then((outcome) => {
        this.#places.delete(runId);
        this.#states.settle(runId, outcome.state, outcome.reason);
        // One run after the other would start only to end the same way.
        if (outcome.homeUnwritable) this.#interruptWaiting(`It was waiting. ${outcome.reason}`);
        this.#fill();
        this.#settle();
      });
    }
  }

  async #work(runId: number, place: Place): Promise<WorkerOutcome> {
    const { ledger, node, env, environmentOf, refusal } = this.#options;
    try {
      const refused = (await refusal?.(runId)) ?? null;
      if (place.closing !== undefined) return afterClosing(place.closing);
      if (refused !== null) return { state: 'paused', reason: refused };
      const { settings, folder } = ledger.plan(runId);
      const from = this.#from.get(runId);
      this.#from.delete(runId);
      const offered = ledger.checkpoints(runId).filter(({ step }) => from === undefined || step === from);
      const { resume, problems } = await pickCheckpoint(offered, folder, this.#options.checkpointCheck);
      if (place.closing !== undefined) return afterClosing(place.closing);
      if (from !== undefined && resume === null) return withoutCheckpoint(from, problems);
      ledger.beginAttempt(runId, resume?.step ?? 0);
      this.#states.set(runId, 'running', null);
      let last = 0;
      const record = (event: RunEvent, seq: number) => {
        ledger.record(runId, event, seq);
        last = seq;
        this.#options.onEvent?.(runId, event);
      };
      place.worker = startWorker({
        runId,
        settings,
        runFolder: folder,
        resumeFrom: resume,
        threads: this.threads,
        backend: settings.backend,
        onEvent: (event, seq) => {
          record(event, seq);
          if (seq !== 1) return;
          for (const message of problems) {
            record({ kind: 'alert', step: event.step, level: 'warning', name: 'checkpoint', message }, last);
          }
        },
        ...(node === undefined ? {} : { node }),
        env: { ...(env ?? process.env), ...environmentOf?.(settings) },
      });
      ledger.setPid(runId, place.worker.pid ?? null);
      if (place.closing !== undefined) place.worker.stop(this.#options.graceMs ?? 30_000);
      const outcome = await place.worker.outcome;
      return outcome.state === 'stopped' && place.closing === 'shutdown' ? afterClosing('shutdown') : outcome;
    } catch (error) {
      return unrecorded(error);
    }
  }

  #interruptWaiting(reason: string): void {
    for (const runId of this.#waiting.splice(0)) this.#states.settle(runId, 'interrupted', reason);
  }

  #settle(): void {
    if (this.#places.size > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** The checkpoint that was asked for cannot be used: the run keeps all its steps, rather than going on from another. */
function withoutCheckpoint(step: number, problems: readonly string[]): WorkerOutcome {
  const why = problems[0] ?? `There is no checkpoint of step ${step}`;
  return { state: 'failed', reason: `${why}. Nothing was cut off. Resume from another checkpoint.` };
}

function afterClosing(closing: 'stop' | 'shutdown'): WorkerOutcome {
  return closing === 'stop'
    ? { state: 'stopped', reason: null }
    : { state: 'interrupted', reason: 'The engine was closed. Resume continues from the last checkpoint.' };
}
