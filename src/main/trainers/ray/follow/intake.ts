/**
 * Where what many jobs have said comes together: their events are committed in one go, a few times a second, since a commit of its own for each would
 * have the disk wait for every one of them. Deliberately absent: where events come from (follow-job.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NumberedEvent } from '../../../../shared/run/event-lines.ts';
import type { RunSink } from '../../../jobs/trainer.ts';
import { Released } from './patience.ts';

/** How long one commit may be worked on before others have their turn. */
const TURN_MS = 40;
/** Events that one job gives at once, at most: a whole run that was read in one piece is several turns. */
const MOST_EVENTS = 64;

/** What one job has said. */
interface Part {
  readonly sink: RunSink;
  readonly events: readonly NumberedEvent[];
  readonly isLeft: () => boolean; // the engine closes, and whoever said it says it again to the next one
  readonly taken: (error: unknown) => void; // null: all of it is committed
}

/** Of all jobs of an engine. */
export class Intake {
  readonly #delayMs: number;
  #waiting: Part[] = [];
  #isAtWork = false;

  /** `delayMs`: how long events are gathered. */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /**
   * Gives events of a job to its sink, in order, unless the job was left before; resolves when they are committed. @throws Released where it was, or
   * what the sink throws; those before it are committed
   */
  async take(sink: RunSink, events: readonly NumberedEvent[], isLeft: () => boolean): Promise<void> {
    for (let from = 0; from < events.length; from += MOST_EVENTS)
      await this.#add(sink, events.slice(from, from + MOST_EVENTS), isLeft);
  }

  #add(sink: RunSink, events: readonly NumberedEvent[], isLeft: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ sink, events, isLeft, taken: (error) => (error === null ? resolve() : reject(error)) });
    if (!this.#isAtWork) void this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    while (this.#waiting.length > 0) {
      await sleep(this.#delayMs);
      const all = this.#waiting;
      this.#waiting = [];
      for (let next = 0; next < all.length; next += await turn(all, next));
    }
    this.#isAtWork = false;
  }
}

/** Commits some parts from a place on; returns how many. */
async function turn(all: readonly Part[], from: number): Promise<number> {
  const until = performance.now() + TURN_MS;
  const done: { readonly part: Part; readonly error: unknown }[] = [];
  const give = (part: Part): unknown => {
    if (part.isLeft()) return new Released();
    try {
      for (const { event, sequence, at } of part.events) part.sink.event(event, sequence, at);
      return null;
    } catch (error) {
      return error;
    }
  };
  try {
    all[from]!.sink.together(() => {
      for (let next = from; next < all.length && performance.now() < until; next++)
        done.push({ part: all[next]!, error: give(all[next]!) });
    });
  } catch {
    // Nothing of it was committed: each has its own try, and ends by its own failure.
    const parts = done.length === 0 ? [all[from]!] : done.map(({ part }) => part);
    done.splice(0, done.length, ...parts.map((part) => ({ part, error: give(part) })));
  }
  for (const { part, error } of done) part.taken(error);
  await sleep(0);
  return done.length;
}
