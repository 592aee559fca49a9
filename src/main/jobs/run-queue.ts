/**
 * The queue: K runs of this machine at a time, first come first served, each given to its trainer; runs of a cluster go there at once. One run's end, however bad, never touches the others.
 * Deliberately absent: how a trainer trains (trainer.ts is all it sees), studies, and the database itself (a RunLedger is all it sees).
 */
import { availableParallelism } from 'node:os';
import { kindNamed } from '../../shared/kinds/kind.ts';
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type ContentCheck, pickCheckpoint } from './pick-checkpoint.ts';
import { afterLosing, lost, type RunEnd, unrecorded, withoutAnyCheckpoint, withoutCheckpoint } from './run-end.ts';
import type { OngoingRun, RunLedger } from './run-ledger.ts';
import { RunPlace } from './run-place.ts';
import { StateBook } from './state-book.ts';
import { type Trainer, type Trainers, trainerNamed } from './trainer.ts';

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
  readonly checkpointCheck?: ContentCheck;
  /** Told after the row is committed. */
  readonly onEvent?: (runId: number, event: RunEvent) => void;
  readonly onState?: (runId: number, state: RunState, reason: string | null) => void;
}

const GRACE_MS = 30_000;

/** Runs at a time, waiting ones in order. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #waiting: number[] = [];
  readonly #places = new Map<number, RunPlace>();
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
   * that of `fromStep` and no other; 0: from nothing.
   */
  add(runIds: readonly number[], { fromStep }: { readonly fromStep?: number } = {}): void {
    for (const runId of runIds) {
      if (this.#closed || this.#places.has(runId) || this.#waiting.includes(runId)) continue;
      if (fromStep !== undefined) this.#from.set(runId, fromStep);
      this.#states.set(runId, 'queued', null);
      this.#waiting.push(runId);
    }
    this.#sendAway(runIds);
    this.#fill();
  }

  /** Gives those of some waiting runs their places that are to run on a cluster: it has a queue of its own. */
  #sendAway(runIds: readonly number[]): void {
    if (this.#closed) return;
    for (const runId of runIds) {
      const at = this.#waiting.indexOf(runId);
      if (at < 0 || this.#options.ledger.cluster(runId) === null) continue;
      this.#waiting.splice(at, 1);
      this.#give(runId, (place) => this.#work(place), true);
    }
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
    place.end('stop');
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  whenIdle(): Promise<void> {
    if (this.#places.size === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /**
   * Ends the queue: waiting and running runs become interrupted (resumable), each after its grace time at the latest; those that go on without
   * an engine are left to their trainers.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#interruptWaiting('The engine was closed before the run started.');
    for (const place of this.#places.values()) place.end('shutdown');
    this.#settle();
    await this.whenIdle();
    this.#states.end();
  }

  /**
   * Ends the queue because the home is lost: what runs on this machine is killed, as it would write its next checkpoint somewhere else; runs of a
   * cluster go on. What ends is interrupted, with `why`.
   */
  abandon(why: string): void {
    this.#closed = true;
    this.#interruptWaiting(why);
    for (const place of this.#places.values())
      if (place.isElsewhere) place.end('shutdown');
      else place.abandon(afterLosing(why));
    this.#settle();
  }

  /**
   * Takes up runs that went on while no engine was there: whether they do is their trainer's to say; those that do not are interrupted. To be
   * called once, before anything is added. They have their places even where those are more than run at a time.
   */
  attach(): void {
    const { ledger } = this.#options;
    for (const run of ledger.goingOn())
      this.#give(run.runId, (place) => this.#again(run, place), ledger.cluster(run.runId) !== null);
  }

  #fill(): void {
    const here = () => [...this.#places.values()].filter((place) => !place.isElsewhere).length;
    while (!this.#closed && here() < this.parallel) {
      const runId = this.#waiting.shift();
      if (runId === undefined) return;
      this.#give(runId, (place) => this.#work(place), false);
    }
  }

  /** Gives a run a place until it has ended. */
  #give(runId: number, work: (place: RunPlace) => Promise<RunEnd | null>, isElsewhere: boolean): void {
    const { ledger, graceMs = GRACE_MS, onEvent, onState } = this.#options;
    const onWaiting = (id: number, why: string | null) => onState?.(id, 'running', why);
    const place = new RunPlace(runId, { ledger, graceMs, isElsewhere, onEvent, onWaiting });
    this.#places.set(runId, place);
    void work(place)
      .catch((error: unknown) => unrecorded(error))
      .then((end) => {
        this.#places.delete(runId);
        if (end !== null) this.#states.settle(runId, end.state, end.reason);
        // One run after the other would start only to end the same way.
        if (end?.homeUnwritable) this.#interruptWaiting(`It was queued. ${end.reason}`);
        this.#fill();
        this.#settle();
      });
  }

  async #work(place: RunPlace): Promise<RunEnd | null> {
    const { ledger, trainers, environmentOf, refusal } = this.#options;
    const { runId } = place;
    const refused = (await refusal?.(runId)) ?? null;
    if (place.early !== null) return place.early;
    if (refused !== null) return { state: 'paused', reason: refused };
    const { settings, folder } = ledger.plan(runId);
    const trainer = trainerNamed(trainers, settings.trainer);
    const from = this.#from.get(runId);
    this.#from.delete(runId);
    const offered = ledger.checkpoints(runId).filter(({ step }) => from === undefined || step === from);
    const { resume, problems } = await pickCheckpoint(offered, folder, this.#options.checkpointCheck);
    if (place.early !== null) return place.early;
    if (resume === null && from !== undefined && from > 0) return withoutCheckpoint(from, problems);
    if (resume === null && from === undefined && offered.length > 0) return withoutAnyCheckpoint(runId, problems);
    const attempt = ledger.beginAttempt(runId, resume?.step ?? 0, settings.trainer);
    this.#states.set(runId, 'running', null);
    const environment = environmentOf?.(settings) ?? {};
    const cluster = ledger.cluster(runId);
    const plan = { runId, attempt, settings, folder, resume, cluster, threads: this.threads, environment };
    return place.follow(attempt, (sink) => trainer.start(plan, sink), problems);
  }

  /** Goes on with what an engine before this one had started. */
  async #again({ attempt, trainer: name, reference, sequence }: OngoingRun, place: RunPlace): Promise<RunEnd | null> {
    const trainer = kindNamed<Trainer>(this.#options.trainers, name);
    if (trainer === undefined) return lost(`Its trainer "${name}" is not here.`);
    return place.follow(attempt, (sink) => trainer.attach(reference, sequence, sink));
  }

  #interruptWaiting(reason: string): void {
    for (const runId of this.#waiting.splice(0)) this.#states.settle(runId, 'interrupted', reason);
  }

  #settle(): void {
    if (this.#places.size > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
