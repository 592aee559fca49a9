/**
 * What a stream holds while it is read: files, statements, a snapshot of the database. Whatever becomes of it (read to its end, failed, left by its
 * reader), everything that it had opened is closed first, and then the rest is let go of, once.
 */
import type { Readable } from 'node:stream';
import { SophiaError } from '../../../shared/errors.ts';

/** The things that one outgoing stream holds. */
export class StreamHold {
  /** Rejects once the stream is closed, which comes after its end too: race it with work that would else wait for a reader who left. */
  readonly left: Promise<never>;
  readonly #held = new Set<Readable>();
  readonly #free: () => void;
  #over: Promise<void> | undefined;

  /** `free`: lets go of what is not a stream itself. `what`: the stream, in words, such as "The archive". */
  constructor(stream: Readable, what: string, free: () => void) {
    this.#free = free;
    this.left = new Promise<never>((_, reject) =>
      stream.once('close', () => {
        reject(new SophiaError('interrupted', `${what} was not read to its end.`));
        void this.release();
      }),
    );
    this.left.catch(() => {}); // it is closed after its end, too
  }

  /** A stream that feeds this one: closed with it at the latest. */
  hold<T extends Readable>(source: T): T {
    this.#held.add(source);
    source.once('close', () => this.#held.delete(source));
    return source;
  }

  /** Closes what is held, then frees the rest; again: the same end. */
  release(): Promise<void> {
    this.#over ??= Promise.all([...this.#held].map(closed)).then(this.#free);
    return this.#over;
  }
}

/** Gives up a stream; resolves when what it held is free. */
function closed(stream: Readable): Promise<void> {
  if (stream.closed) return Promise.resolve();
  const over = new Promise<void>((resolve) => stream.once('close', resolve));
  stream.destroy();
  return over;
}
