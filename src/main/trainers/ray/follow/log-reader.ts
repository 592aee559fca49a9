/**
 * A job's log, read from its end: twice as many lines as there was news last time, and more where they do not reach back to what is known. A cluster
 * that gives no ends of logs is read whole each time. Deliberately absent: what the lines say (read-log.ts).
 */
import type { JobsApi, RayJob } from '../jobs-api.ts';
import { eventSpan } from './read-log.ts';

/** Lines that are asked for at first, and at most: beyond that a log is read whole. */
const FEWEST = 32;
const MOST = 8192;
/** By how much more is asked for where the end did not reach back. */
const GROWTH = 8;
/** Lines in which the last words of a job are looked for. */
const LAST_LINES = 1000;
/** So often in a row may a cluster not give an end before it is asked for none any more. */
const MISSES = 3;

/** Of one job. */
export class LogReader {
  readonly #api: JobsApi;
  #lines = FEWEST;
  #misses = 0;

  constructor(api: JobsApi) {
    this.#api = api;
  }

  /** The end of the log, from the event that follows number `after` on, or earlier. */
  async news(id: string, job: RayJob, after: number): Promise<string> {
    while (this.#lines <= MOST) {
      const end = await this.#end(id, job, this.#lines);
      if (end === null) break;
      const lines = count(end);
      const span = eventSpan(end);
      if (lines < this.#lines || (span !== null && span.first <= after + 1)) {
        const events = span === null ? 0 : span.last - span.first + 1;
        const news = span === null ? 0 : Math.max(0, span.last - after);
        this.#lines = Math.max(FEWEST, Math.min(MOST, events === 0 ? 0 : Math.ceil((2 * news * lines) / events)));
        return end;
      }
      this.#lines *= GROWTH;
    }
    this.#lines = FEWEST;
    return this.#api.logs(id);
  }

  /** What a job has said last. */
  async lastWords(id: string, job: RayJob): Promise<string> {
    return (await this.#end(id, job, LAST_LINES)) ?? this.#api.logs(id);
  }

  async #end(id: string, { driver_node_id: node }: RayJob, lines: number): Promise<string | null> {
    if (this.#misses >= MISSES || !node) return null;
    const end = await this.#api.logEnd(id, node, lines);
    this.#misses = end === null ? this.#misses + 1 : 0;
    return end;
  }
}

function count(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
