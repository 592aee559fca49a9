/** How a job ended, in words, and what one that has not begun waits for. */
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import type { RunOutcome } from '../../jobs/trainer.ts';
import type { RayJob } from './jobs-api.ts';
import { lastWords } from './read-log.ts';

/** What a run can be done about that ended too early. */
export const RESUME = 'Resume continues from its last checkpoint.';

/** How a run says that it ended, by the last event of that kind; null where it said nothing of it. */
export function saidEnd(event: RunEvent | undefined): RunOutcome | null {
  if (event?.kind === 'finished') return { state: 'finished', reason: null };
  if (event?.kind === 'failed') return { state: 'failed', reason: event.message };
  return event?.kind === 'paused' ? { state: 'paused', reason: event.message } : null;
}

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
  if (job.status === 'SUCCEEDED' && (isAsked || code === 0)) return { state: 'stopped', reason: null };
  const why = lastWords(log) || lastWords(`${job.message ?? ''}\n`) || `its job ${job.status.toLowerCase()}`;
  return { state: 'failed', reason: `The job failed on ${cluster}: ${why}. ${RESUME}` };
}

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
