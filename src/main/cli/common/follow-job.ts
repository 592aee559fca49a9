/** Waits for work that a running engine does in a process of its own: what that says is printed here, and Ctrl-C stops it. */
import { setTimeout as wait } from 'node:timers/promises';
import { SophiaError } from '../../../shared/errors.ts';
import type { VerbJob } from '../../jobs/verbs/verb-queue.ts';
import { answerOf } from './engine-client.ts';
import { onStopSignal } from './stop-signal.ts';

const POLL_MS = 300;

/** Resolves once the job has ended well. @throws SophiaError 'data' where it failed, 'interrupted' where it was stopped */
export async function followJob(
  id: number,
  engine: { readonly jobs: () => Promise<readonly VerbJob[]>; readonly stop: () => Promise<unknown> },
  print: (line: string) => void = console.log,
): Promise<void> {
  const stop = onStopSignal(() => void engine.stop().catch(() => {}));
  try {
    for (let printed = 0; ; await wait(POLL_MS)) {
      const job = (await answerOf(engine.jobs())).find((job) => job.id === id);
      if (job === undefined) return; // so many came after it that it was forgotten
      for (const said of job.lines.slice(printed)) print(said);
      printed = job.lines.length;
      if (job.state === 'finished') return;
      if (job.state === 'failed') throw new SophiaError('data', job.problem ?? 'The step failed.');
      if (job.state === 'stopped') throw new SophiaError('interrupted', job.problem ?? 'Stopped.');
    }
  } finally {
    stop.end();
  }
}
