/**
 * States of runs on their way to the database. How a run ended must be neither lost nor take the engine down because the disk is full
 * just then: what cannot be written is kept and tried again.
 */
import type { RunState } from '../../shared/run/run-events.ts';
import type { RunLedger } from './run-ledger.ts';

const RETRY_MS = 2000;

/** Writes states and tells of them; the newest of a run counts. */
export class StateBook {
  readonly #ledger: Pick<RunLedger, 'setState'>;
  readonly #told: ((runId: number, state: RunState, reason: string | null) => void) | undefined;
  readonly #unwritten = new Map<number, { state: RunState; reason: string | null }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    ledger: Pick<RunLedger, 'setState'>,
    told?: (runId: number, state: RunState, reason: string | null) => void,
  ) {
    this.#ledger = ledger;
    this.#told = told;
  }

  /** Writes at once; throws where that cannot be. */
  set(runId: number, state: RunState, reason: string | null): void {
    this.#ledger.setState(runId, state, reason);
    this.#unwritten.delete(runId);
    this.#told?.(runId, state, reason);
  }

  /** Writes at once or as soon as it can be. */
  settle(runId: number, state: RunState, reason: string | null): void {
    try {
      this.set(runId, state, reason);
    } catch {
      this.#unwritten.set(runId, { state, reason });
      this.#told?.(runId, state, reason);
      this.#timer ??= setInterval(() => this.#retry(), RETRY_MS).unref();
    }
  }

  /** A last try. A run whose state stays unwritten is found as interrupted by the next engine. */
  end(): void {
    this.#retry();
    clearInterval(this.#timer);
  }

  #retry(): void {
    for (const [runId, { state, reason }] of this.#unwritten) {
      try {
        this.#ledger.setState(runId, state, reason);
        this.#unwritten.delete(runId);
      } catch {
        return; // the others would fail the same way
      }
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
