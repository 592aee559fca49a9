/**
 * Patience with a cluster that is away: what it has to answer is asked again, ever less often; a wait can be broken off, and whoever waits says why.
 * Deliberately absent: what is asked (follow-job.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SophiaError } from '../../../../shared/errors.ts';
import { Away } from '../refusals.ts';

/** A cluster that is away is asked ever less often, at most this many polls apart. */
const MOST_PATIENCE = 15;
/** Tries after which a run that is to be ended counts as out of reach. */
const MOST_TRIES = 3;

/** The engine closes. */
export class Released extends Error {}
/** A run was to be ended, and its cluster does not answer. */
export class OutOfReach extends SophiaError {}

/** Of one job. */
export class Patience {
  /** The job is to be ended: a cluster that does not answer is not waited for much longer. */
  isShort = false;
  readonly #pollMs: number;
  readonly #tell: (why: string | null) => void;
  readonly #asleep = new Set<() => void>();
  #isReleased = false;
  #told: string | null | undefined;

  /** `tell` hears why the run does not get on, each reason once; null: it does. */
  constructor(pollMs: number, tell: (why: string | null) => void) {
    [this.#pollMs, this.#tell] = [pollMs, tell];
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Ends all waiting: from now on nothing is asked and nothing told. */
  release(): void {
    this.#isReleased = true;
    this.wake();
  }

  /** Does something until the cluster has answered. `isFinal`: refusals other than being away are for good. @throws Released, OutOfReach */
  async until<T>(work: () => Promise<T>, { isFinal = false } = {}): Promise<T> {
    for (let tries = 1; ; tries++) {
      if (this.#isReleased) throw new Released();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SophiaError) || error.code === 'conflict' || error.code === 'internal') throw error;
        if (isFinal && !(error instanceof Away)) throw error;
        if (this.isShort && tries >= MOST_TRIES)
          throw new OutOfReach('environment', `${error.message} The job may go on there; it was not stopped.`);
        this.say(`${error.message} Asking again.`);
        await this.pause(this.#pollMs * Math.min(tries, MOST_PATIENCE));
      }
    }
  }

  /** Waits; wake() and release() end it. @throws Released */
  async pause(ms = this.#pollMs): Promise<void> {
    const timer = new AbortController();
    const wake = () => timer.abort();
    this.#asleep.add(wake);
    await sleep(ms, undefined, { signal: timer.signal }).catch(() => {});
    this.#asleep.delete(wake);
    if (this.#isReleased) throw new Released();
  }

  wake(): void {
    for (const wake of this.#asleep) wake();
  }

  /** Tells why the run does not get on; null: it does. */
  say(why: string | null): void {
    if (why === this.#told) return;
    this.#told = why;
    if (!this.#isReleased) this.#tell(why);
  }
}
