/**
 * Reads what another machine answers. Its length and its pace are the other side's to choose, so both are bounded here, once for everybody who asks:
 * judges, MLflow, Ray. Deliberately absent: what an answer says, and how long one may take until it begins (each asker's signal).
 */
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';

/** How much is read, and how slowly. */
export interface AnswerBounds {
  /** Bytes at most, as they are after unpacking: a few kB of gzip may hold a GB. */
  readonly mostBytes: number;
  /** In each such time at least `LEAST_BYTES` must come, or the end: a byte now and then is no progress. */
  readonly quietMs: number;
}

/** Why an answer was not read to its end. */
export class AnswerCutOff extends Error {
  readonly why: 'too large' | 'too slow';

  constructor(why: AnswerCutOff['why'], { mostBytes, quietMs }: AnswerBounds) {
    super(
      why === 'too large'
        ? `its answer is larger than ${mostBytes / 2 ** 20} MiB`
        : `its answer does not come on: less than ${LEAST_BYTES} bytes in ${quietMs / 1000} s`,
    );
    this.why = why;
  }
}

/** What has to come in a `quietMs` to count as progress. */
const LEAST_BYTES = 1024;

/**
 * The text of an answer, of fetch() or of node:http; '' where it has no body. @throws AnswerCutOff where it is too large or too slow, and whatever the
 * connection says where it breaks off; the connection is given up in either case
 */
export async function readAnswer(body: ReadableStream | Readable | null, bounds: AnswerBounds): Promise<string> {
  if (body === null) return '';
  const stream = body instanceof Readable ? body : Readable.fromWeb(body as WebStream);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let before = 0;
  const timer = setInterval(() => {
    if (bytes - before < LEAST_BYTES) stream.destroy(new AnswerCutOff('too slow', bounds));
    before = bytes;
  }, bounds.quietMs);
  try {
    for await (const piece of stream) {
      bytes += (piece as Uint8Array).byteLength;
      if (bytes > bounds.mostBytes) throw new AnswerCutOff('too large', bounds); // leaving the loop closes the stream
      pieces.push(Buffer.from(piece as Uint8Array));
    }
  } finally {
    clearInterval(timer);
  }
  return Buffer.concat(pieces).toString('utf8');
}
