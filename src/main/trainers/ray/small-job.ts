/** Small jobs on a cluster: submitted, waited for, read, forgotten. Each has the package that it needs, uploaded again where the cluster lost it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SophiaError } from '../../../shared/errors.ts';
import { OLDEST_PYTHON } from '../trl/environment/find-python.ts';
import { wordsOf } from './follow/job-end.ts';
import { answerOfLog } from './follow/read-log.ts';
import type { JobsApi } from './jobs-api.ts';
import { smallJob } from './ray-job.ts';
import type { RayPackage } from './ray-package.ts';

/** How such a job is made. */
export interface SmallJobOptions {
  readonly id: string; // what its own id begins with
  readonly package: RayPackage;
  readonly args: readonly string[];
  readonly pollMs: number;
  /** How long the cluster keeps it after its end (see JobsApi.forget). */
  readonly keptMs?: number;
}

/** A small job may wait for the cluster's set-up, but not for ever. */
const LONGEST_MS = 600_000;
const KEPT_MS = 30_000;
let count = 0;

/** Runs one; resolves to its whole log and its answer. @throws SophiaError where it fails, or the cluster is away */
export async function runSmallJob(
  api: JobsApi,
  { id: start, package: { name, file }, args, pollMs, keptMs = KEPT_MS }: SmallJobOptions,
): Promise<{ readonly log: string; readonly answer: unknown }> {
  const uri = await api.upload(name, () => readFileSync(file));
  const id = `${start}-${args[0]}-${Date.now().toString(36)}${(count++).toString(36)}`;
  await api.submit(smallJob(id, args, uri));
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const job = await api.job(id);
    if (job === null) throw new SophiaError('environment', `The cluster lost the job ${id}.`, 'Try again.');
    if (job.status === 'FAILED' || job.status === 'STOPPED') {
      const why = wordsOf(job, await api.logs(id)) || job.status;
      throw new SophiaError(
        'environment',
        `A job of the program failed on the cluster: ${why}.`,
        /python|SyntaxError/i.test(why)
          ? `It needs a \`python\` of ${OLDEST_PYTHON} or newer there.`
          : 'Try again; the job’s log on the cluster says more.',
      );
    }
    if (job.status === 'SUCCEEDED') break;
    if (performance.now() > until) {
      await api.stop(id);
      throw new SophiaError(
        'environment',
        `A small job did not end within ${LONGEST_MS / 60_000} minutes on the cluster.`,
      );
    }
    await sleep(pollMs);
  }
  const log = await api.logs(id);
  setTimeout(() => void api.forget(id).catch(() => {}), keptMs).unref();
  return { log, answer: answerOfLog(log) };
}
