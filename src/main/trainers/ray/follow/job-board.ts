/**
 * How the jobs of a cluster are, asked for all of them at once where many are followed: one request each poll, however many runs there are.
 * Deliberately absent: what a job's state means (follow-job.ts).
 */
import type { JobsApi, RayJob } from '../jobs-api.ts';

/** Up to so many are asked for one by one: the whole list has the jobs of everybody, and the last words of those that failed. */
const FEW = 8;
/** The list is asked for at most this share of the time. */
const ASKING_SHARE = 10;

/** Of one cluster. */
export class JobBoard {
  readonly #pollMs: number;
  #followers = 0;
  #list: ReadonlyMap<string, RayJob> | null = null;
  #until = 0; // when it is too old
  #asking: Promise<ReadonlyMap<string, RayJob>> | null = null;

  constructor(pollMs: number) {
    this.#pollMs = pollMs;
  }

  /** One more job is followed, until the returned function is called. */
  join(): () => void {
    this.#followers++;
    return () => {
      this.#followers--;
    };
  }

  /** A job as it is now, or was when the list was last asked for; null where the cluster has none of this id. Nobody waits for the next list. */
  async job(api: JobsApi, id: string): Promise<RayJob | null> {
    if (this.#followers <= FEW) return api.job(id);
    if (this.#asking === null && (this.#list === null || performance.now() > this.#until)) this.#ask(api);
    const found = (this.#list ?? (await this.#asking))?.get(id);
    return found ?? api.job(id); // it may be younger than the list
  }

  #ask(api: JobsApi): void {
    const began = performance.now();
    const asking = api.all();
    this.#asking = asking;
    asking.then(
      (list) => {
        [this.#list, this.#asking] = [list, null];
        this.#until = performance.now() + Math.max(this.#pollMs, (performance.now() - began) * ASKING_SHARE);
      },
      () => {
        [this.#list, this.#asking] = [null, null]; // whoever asks next hears why
      },
    );
  }
}
