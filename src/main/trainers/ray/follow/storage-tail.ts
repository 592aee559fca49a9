/**
 * Events of an attempt, read from the storage itself where this machine sees it: each byte once, while a job's log has to be read whole each time.
 * Deliberately absent: what is done with them (follow-job.ts).
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type NumberedEvent, parseEventLine, sequenceOf } from '../../../../shared/run/event-lines.ts';
import { readWhole } from '../../../model/io/local-path.ts';

/** Bytes read at once; a longer line takes as many readings as it needs. */
const PIECE = 4 << 20;
const END = 0x0a;

/** Whether this machine sees an attempt's folder: it has begun, and the storage is mounted here under the path that the cluster's nodes have. */
export const isSeenHere = (attempt: string): boolean => existsSync(join(attempt, 'attempt.json'));

/** The file of one attempt, from its start on. */
export class StorageTail {
  readonly #attempt: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0); // the beginning of a line

  constructor(attempt: string) {
    this.#attempt = attempt;
  }

  /** The next events after a number, in order, and whether there may be more now. @throws SophiaError 'data' for a line that is none */
  next(after: number): { readonly events: NumberedEvent[]; readonly more: boolean } {
    const piece = this.#read();
    if (piece.length === 0) return { events: [], more: false };
    const text = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const end = text.lastIndexOf(END) + 1;
    this.#rest = Buffer.from(text.subarray(end));
    const events: NumberedEvent[] = [];
    for (const line of text.toString('utf8', 0, end).split('\n')) {
      const sequence = sequenceOf(line);
      if (sequence !== null && sequence > after)
        events.push(parseEventLine(line, `${this.#attempt}, event ${sequence}`));
    }
    return { events, more: piece.length === PIECE };
  }

  /** The exit code of the trainer; null while there is none. */
  code(): number | null {
    const file = join(this.#attempt, 'end.json');
    return existsSync(file) ? z.object({ code: z.int() }).parse(JSON.parse(readWhole(file))).code : null;
  }

  #read(): Buffer {
    const file = join(this.#attempt, 'events.jsonl');
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const length = Math.min(PIECE, size - this.#offset);
    if (length <= 0) return Buffer.alloc(0); // most of thousands of runs have said nothing since
    const fd = openSync(file, 'r');
    try {
      const piece = Buffer.allocUnsafe(length);
      const got = readSync(fd, piece, 0, length, this.#offset);
      this.#offset += got;
      return piece.subarray(0, got);
    } finally {
      closeSync(fd);
    }
  }
}
