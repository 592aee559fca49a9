/** A job's package, and what small jobs made of it do on the cluster's storage: read what an attempt has said, ask it to end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { attemptFolder, type JobRecord } from '../ray-job.ts';
import { Away } from '../refusals.ts';
import { runSmallJob } from '../small-job.ts';
import type { FollowedJob } from './followed-job.ts';

const partSchema = z.object({ begun: z.boolean(), code: z.int().nullable(), more: z.boolean() });
/** Whether the attempt has begun, the exit code of its trainer (null: none yet), and whether there are more events. */
export type StoredPart = z.output<typeof partSchema>;

/** Of one job. */
export class JobStorage {
  readonly #job: Pick<FollowedJob, 'api' | 'cluster' | 'pace'>;
  readonly #record: JobRecord;
  readonly #file: string;

  /** `folder`: where the job's package lies here. */
  constructor(job: Pick<FollowedJob, 'api' | 'cluster' | 'pace'>, record: JobRecord, folder: string) {
    [this.#job, this.#record, this.#file] = [job, record, join(folder, record.package)];
  }

  /** The bytes of the job's package. */
  package(): Buffer {
    return readFileSync(this.#file);
  }

  /** Asks an attempt to end: one that runs at its next step, one that has not begun does nothing when its turn comes. */
  async stop(): Promise<void> {
    await this.#ask('stop');
  }

  /**
   * Reads the events after the last one that was taken, piece by piece, and has each piece taken.
   * @throws Away where the answer is none, or no event came though there are more
   */
  async read(last: () => number, take: (log: string) => Promise<void>): Promise<StoredPart> {
    for (;;) {
      const before = last();
      const { log, answer } = await this.#ask('read', '--after', String(before));
      await take(log);
      const part = partSchema.safeParse(answer).data;
      if (part === undefined || (part.more && last() === before))
        throw new Away(
          'environment',
          `Event ${before + 1} cannot be read from the storage of ${this.#job.cluster.name}.`,
        );
      if (!part.more) return part;
    }
  }

  #ask(what: string, ...more: string[]) {
    const { package: name, id } = this.#record;
    const args = [what, '--attempt', attemptFolder(this.#record), ...more];
    const { api, pace } = this.#job;
    return runSmallJob(api, { id, package: { name, file: this.#file }, args, pollMs: pace.pollMs });
  }
}
