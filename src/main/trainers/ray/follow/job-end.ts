/** How a job ended, in words, and what one that has not begun waits for. */
import { constants } from 'node:os';
import type { Cluster } from '../../../../shared/settings/cluster.ts';
import { RESUME } from '../../../jobs/run-end.ts';
import type { RunOutcome } from '../../../jobs/trainer.ts';
import type { RayJob } from '../jobs-api.ts';
import { lastWords } from './read-log.ts';

/** What is known of a job that ended and whose run did not say how. */
export interface JobEnd {
  readonly cluster: string;
  readonly log: string;
  readonly code: number | null; // of the trainer, as run.py wrote it down
  readonly isAsked: boolean; // it was asked to end from here
}

/** The outcome of it. */
export function jobEnd(job: RayJob, { cluster, log, code, isAsked }: JobEnd): RunOutcome {
  if (job.status === 'STOPPED') return { state: 'stopped', reason: isAsked ? null : 'It was stopped on the cluster.' };
  if (isLost(job))
    return {
      state: 'interrupted',
      reason: `Cluster ${cluster} lost the job: ${firstLine(job.message ?? '')}. ${RESUME}`,
    };
  if (job.status === 'SUCCEEDED' && (isAsked || code === 0)) return { state: 'stopped', reason: null };
  const words = wordsOf(job, log);
  const why = killed(code, words) ?? (words || `its job ${job.status.toLowerCase()}`);
  return { state: 'failed', reason: `The job failed on ${cluster}: ${why}. ${RESUME}` };
}

/** That the trainer was ended by a signal, which it can say nothing of; null where it was not. */
function killed(code: number | null, words: string): string | null {
  if (code === null || code >= 0) return null;
  const name = Object.entries(constants.signals).find(([, number]) => number === -code)?.[0] ?? `signal ${-code}`;
  const cause = name === 'SIGKILL' ? ', as a machine does that has no memory left' : '';
  return `its trainer was ended by ${name}${cause}${words === '' ? '' : `; its log ends: ${words.replace(/\.$/, '')}`}`;
}

/** Whether Ray gave a job up that had waited for a place for a quarter of an hour; it may wait again. */
export const hasWaitedTooLong = ({ status, error_type }: RayJob): boolean =>
  status === 'FAILED' && error_type === 'JOB_SUPERVISOR_ACTOR_START_TIMEOUT';

/** Whether its node or its supervisor died, and not the run. */
const isLost = ({ status, error_type }: RayJob): boolean =>
  status === 'FAILED' && /^JOB_SUPERVISOR_ACTOR_/.test(error_type ?? '');

const firstLine = (text: string): string => text.split('\n', 1)[0]!.trim().replace(/\.$/, '').slice(0, 300);

/** The last words of a job's log, else of what the cluster says of it; empty where neither says anything. */
export const wordsOf = ({ message }: RayJob, log: string): string => lastWords(log) || lastWords(`${message ?? ''}\n`);

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What a job asks for, such as "1 GPU, 4 CPUs". */
export function wanted({ gpus, cpus, memoryGiB }: Cluster): string {
  const parts = [
    ...(gpus > 0 ? [plural(gpus, 'GPU')] : []),
    ...(cpus > 0 ? [plural(cpus, 'CPU')] : []),
    ...(memoryGiB > 0 ? [`${memoryGiB} GiB`] : []),
  ];
  return parts.length === 0 ? 'a place' : parts.join(', ');
}
