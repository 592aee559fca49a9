/**
 * One run's process: trains, sends each event to the engine, and waits for the database where it must (before a checkpoint is
 * announced, and at the end). When the engine is gone the channel closes and the process ends itself: no orphans, no work that
 * nobody records. The engine's side is run-process.ts.
 */

import { join } from 'node:path';
import { exitCodeOf, SophiaError } from '../../../shared/errors.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { UnconfirmedKey } from '../../../shared/settings/key-hosts.ts';
import { endWithParent } from '../../jobs/parent-watch.ts';
import { HomeLost, lostHome, rememberHome } from '../../model/home/home-marks.ts';
import { homeOfRun } from '../../model/home/home-of-run.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { FromRun, StartMessage, ToRun, Training } from './protocol.ts';

/** Events that may be on their way at once: bounds memory when the disk is slow. */
const MOST_UNCOMMITTED = 32;

/**
 * Makes this process a run's: it waits for the start, runs what `load` gives (asked for only then, so that a missing part is told as the
 * run's failure), and ends. To be called once, by a file that run-process.ts starts.
 */
export function serveRun(load: () => Promise<Training>): void {
  if (process.send === undefined) {
    console.error("This is a run's process of Sophia Lab; it is started by the engine only.");
    process.exit(2);
  }
  const acknowledgements = new Acknowledgements();
  const stopping = new AbortController();
  let started = false;
  let lastStep = 0;

  async function sendEvent(event: RunEvent): Promise<void> {
    lastStep = event.step;
    await acknowledgements.caughtUp(event.kind === 'checkpoint' ? 0 : MOST_UNCOMMITTED);
    await send({ kind: 'event', sequence: acknowledgements.next(), event });
  }

  async function work({ settings, runFolder, resume, threads }: StartMessage): Promise<number> {
    rememberHome(homeOfRun(runFolder));
    try {
      const training = await load();
      const events = training({
        settings,
        runFolder,
        resume,
        signal: stopping.signal,
        threads,
        sharedEvaluations: join(homeOfRun(runFolder), 'evaluations'),
        confirm: () => acknowledgements.caughtUp(),
      });
      for await (const event of events) await sendEvent(event);
      return 0;
    } catch (caught) {
      const error = lostHome(homeOfRun(runFolder)) ?? caught; // whatever failed first
      if (stopping.signal.aborted && isAbort(error)) return 0;
      console.error(error);
      const code = error instanceof SophiaError ? error.code : 'internal';
      const message = error instanceof Error ? error.message : String(error);
      const mend = mendedBy(error);
      if (mend !== null) await sendEvent({ kind: 'paused', step: lastStep, message: `${message} ${mend}` });
      else if (code === 'altered' || error instanceof UnconfirmedKey || error instanceof HomeLost)
        await sendEvent({ kind: 'paused', step: lastStep, message });
      else await sendEvent({ kind: 'failed', step: lastStep, code, message });
      return exitCodeOf(error);
    }
  }

  process.on('message', (message: ToRun) => {
    if (message.kind === 'acknowledge') acknowledgements.committed(message.sequence);
    else if (message.kind === 'stop') stopping.abort();
    else if (!started) {
      started = true;
      void work(message).then(async (code) => {
        await acknowledgements.caughtUp();
        await send({ kind: 'done' });
        process.exit(code);
      });
    }
  });
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C and a closed terminal reach the whole process group; the engine decides what a run does then.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  endWithParent();
}

/** Resolves when the message was handed to the channel, and lets waiting messages in: training may never yield by itself. */
function send(message: FromRun): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined)
      throw new SophiaError('internal', 'A run is served without a channel to the engine.');
    process.send(message, undefined, {}, () => setImmediate(resolve));
  });
}

function isAbort(error: unknown): boolean {
  return (error instanceof Error && error.name === 'AbortError') || exitCodeOf(error) === 130;
}

/** What the user does about a disk that does not take a file, by the system's code. */
const MENDS: Readonly<Record<string, string>> = {
  ENOSPC: 'Free space, then resume.',
  EDQUOT: 'Free space, then resume.',
  EROFS: 'Make the disk writable, then resume.',
};

/** What mends a file that could not be written, such as a checkpoint that found no room; null: it is not that. */
function mendedBy(error: unknown): string | null {
  if (!(error instanceof SophiaError)) return null;
  return MENDS[(error.cause as NodeJS.ErrnoException | undefined)?.code ?? ''] ?? null;
}
