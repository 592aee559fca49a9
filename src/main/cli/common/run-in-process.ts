/**
 * Runs work inside this process, without a server: opens the home, lets `begin` queue runs, shows progress until all have ended.
 * Ctrl-C stops gracefully (runs stay resumable), a second Ctrl-C at once.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { Engine as EngineType } from '../../engine/engine.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import { lostHome } from '../../model/home/home-marks.ts';
import type { RunRow } from '../../store/rows.ts';
import { onStopSignal } from './stop-signal.ts';
import { StudyProgress } from './study-progress.ts';

export interface InProcessOptions {
  readonly home: string;
  readonly parts: EngineParts;
  readonly parallel?: number;
  /** Queues what is to be run; returns the runs to follow. */
  readonly begin: (engine: EngineType) => readonly RunRow[] | Promise<readonly RunRow[]>;
  /** Called at the end, with the database still open, unless interrupted. */
  readonly end: (engine: EngineType) => void | Promise<void>;
}

/** Resolves when everything has ended; throws `interrupted` after Ctrl-C. */
export async function runInProcess(options: InProcessOptions): Promise<void> {
  const { Engine } = await import('../../engine/engine.ts');
  let progress: StudyProgress | undefined;
  const engine = new Engine({
    ...options.parts,
    home: options.home,
    ...(options.parallel !== undefined && { parallel: options.parallel }),
    onEvent: (runId, event) => progress?.event(runId, event),
    onState: (runId, state, reason) => progress?.state(runId, state, reason),
  });
  for (const warning of engine.store.warnings) console.error(`sophia: ${warning}`);
  const signal = onStopSignal(() => void engine.queue.close());
  try {
    const runs = await options.begin(engine);
    progress = new StudyProgress(runs);
    for (const run of runs.filter((run) => run.state === 'running')) progress.state(run.id, 'running', null);
    await engine.queue.whenIdle();
    progress.end();
    const lost = lostHome(options.home); // runs may see it before the engine does
    if (lost !== null) throw lost;
    if (signal.asked) throw new SophiaError('interrupted', 'Stopped.', 'Continue with --resume.');
    await options.end(engine);
    await backUp(engine);
  } finally {
    signal.end();
    await engine.close();
  }
}

/** The copy of the day, which a window or server makes by itself after a minute. */
async function backUp(engine: EngineType): Promise<void> {
  try {
    if (engine.store.backupIsDue()) await engine.store.backup('daily');
  } catch (error) {
    console.error(`sophia: today's backup failed: ${(error as Error).message}`);
  }
}
