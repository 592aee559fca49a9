/**
 * One run at work: what it says on its way to the ledger, the request to stop and the patience with it, and how it ended. Deliberately
 * absent: which run gets a place (run-queue.ts).
 */
import { SophiaError } from '../../shared/errors.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import { afterClosing, lost, type RunEnd, unrecorded } from './run-end.ts';
import type { RunLedger } from './run-ledger.ts';
import type { RunHandle, RunSink } from './trainer.ts';

/** What a place needs of its queue. */
export interface PlaceOptions {
  readonly ledger: RunLedger;
  /** How long a run that was asked to stop may take to reach a safe point, in milliseconds; then it is killed. */
  readonly graceMs: number;
  /** Whether it leaves this machine to others. */
  readonly isElsewhere: boolean;
  /** Told after the row is committed. */
  readonly onEvent: ((runId: number, event: RunEvent) => void) | undefined;
  readonly onWaiting: ((runId: number, why: string | null) => void) | undefined;
}

/** Why a run is to end: it was asked to, or its engine closes. */
export type Closing = 'stop' | 'shutdown';

/** A run that was asked to stop and has not ended after this long says why. */
const LATE_MS = 2000;

/** Where a run is by what it said, in words that follow "it is still"; null where that says nothing of it. */
function placeOf(event: RunEvent): string | null {
  if (event.kind === 'phase')
    return event.done < event.total ? `${event.phase} (${event.done} of ${event.total})` : null;
  return event.kind === 'step' || event.kind === 'checkpoint' ? `at step ${event.step + 1}` : null;
}

/** A place in the queue with the run that has it. */
export class RunPlace {
  readonly runId: number;
  readonly #options: PlaceOptions;
  #handle: RunHandle | undefined; // not there while its checkpoint is being checked
  #closing: Closing | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #lateTimer: NodeJS.Timeout | undefined;
  #at = 'loading'; // where it was when it last said something
  /** Set when something that it said could not be written: how it ends, whatever its trainer makes of it. */
  #broken: RunEnd | undefined;
  /** Tells something as an alert of the run; set once its events can be written. */
  #say: ((message: string) => void) | undefined;
  /** Resolves when the run was left to its trainer. */
  readonly #left = Promise.withResolvers<null>();

  constructor(runId: number, options: PlaceOptions) {
    this.runId = runId;
    this.#options = options;
  }

  /** Whether it takes none of this machine's places. */
  get isElsewhere(): boolean {
    return this.#options.isElsewhere;
  }

  /** How it ends before it was given to a trainer; null: nobody has asked for that. */
  get early(): RunEnd | null {
    return this.#broken ?? (this.#closing === undefined ? null : afterClosing(this.#closing));
  }

  /**
   * Lets a trainer work and waits for the run's end; null: its engine closes, and the run goes on without one. `begin` gets the sink for an
   * attempt's events and gives null where there is no such run; `problems` were found before it started and are told once it has.
   */
  async follow(
    attempt: number,
    begin: (sink: RunSink) => RunHandle | null,
    problems: readonly string[] = [],
  ): Promise<RunEnd | null> {
    const handle = begin(this.#sink(attempt, problems));
    if (handle === null) return this.#broken ?? lost('It ended while no engine was running.');
    this.#handle = handle;
    try {
      if (handle.pid !== undefined) this.#options.ledger.setPid(this.runId, handle.pid);
    } catch (error) {
      this.#broken ??= unrecorded(error);
    }
    if (this.#broken !== undefined) handle.kill();
    else if (this.#closing !== undefined) this.end(this.#closing);
    const outcome = await Promise.race([handle.outcome, this.#left.promise]);
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#lateTimer);
    if (outcome === null) return null;
    if (this.#broken !== undefined) return this.#broken;
    return outcome.state === 'stopped' && this.#closing === 'shutdown' ? afterClosing('shutdown') : outcome;
  }

  /** Asks the run to end at its next safe point, and kills it when it takes too long; one that outlives its engine is left alone by a shutdown. */
  end(closing: Closing): void {
    this.#closing ??= closing;
    if (this.#handle === undefined || this.#broken !== undefined) return;
    if (closing === 'shutdown' && this.#handle.release !== undefined) {
      this.#handle.release();
      this.#left.resolve(null);
    } else if (this.#graceTimer === undefined) {
      this.#handle.stop();
      this.#graceTimer = setTimeout(() => this.#handle?.kill(), this.#graceMs());
      this.#lateTimer = setTimeout(() => this.#tellLate(), LATE_MS);
    }
  }

  /** Ends the run at once, as `end` says: it could write nothing any more where it should. */
  abandon(end: RunEnd): void {
    this.#broken ??= end;
    this.#closing ??= 'shutdown';
    this.#handle?.kill();
  }

  #graceMs(): number {
    return Math.max(this.#options.graceMs, this.#handle?.graceMs ?? 0);
  }

  /** Says why a run that was asked to stop has not ended yet. */
  #tellLate(): void {
    const seconds = Math.round(this.#graceMs() / 1000);
    this.#say?.(
      `Asked to stop, it is still ${this.#at}: it ends at its next safe point, and is killed ${seconds} s after it was asked. What is recorded stays.`,
    );
  }

  #sink(attempt: number, problems: readonly string[]): RunSink {
    const { ledger, onEvent } = this.#options;
    const record = (event: RunEvent, sequence: number | null, at?: number) => {
      ledger.record(this.runId, attempt, event, sequence, at);
      ledger.whenCommitted(() => onEvent?.(this.runId, event));
    };
    let step = 0;
    this.#say = (message) => {
      try {
        record({ kind: 'alert', step, level: 'warning', name: 'stop', message }, null);
      } catch {} // a full disk: the run's next event tells it
    };
    return {
      event: (event, sequence, at) =>
        this.#kept(() => {
          record(event, sequence, at);
          step = event.step;
          this.#at = placeOf(event) ?? this.#at;
          if (sequence !== 1) return;
          for (const message of problems)
            record({ kind: 'alert', step: event.step, level: 'warning', name: 'checkpoint', message }, null);
        }),
      together: (work) => ledger.together(work),
      reference: (reference) => this.#kept(() => ledger.keepReference(this.runId, attempt, reference)),
      waiting: (why) => {
        this.#kept(() => ledger.setReason(this.runId, why));
        this.#options.onWaiting?.(this.runId, why);
      },
    };
  }

  /** Writes; where that cannot be done the run ends, as what it says from now on would be lost. */
  #kept(write: () => void): void {
    if (this.#broken !== undefined) throw new SophiaError('conflict', `Run ${this.runId} takes no more events.`);
    try {
      write();
    } catch (error) {
      this.#broken = unrecorded(error);
      this.#handle?.kill();
      throw error;
    }
  }
}
