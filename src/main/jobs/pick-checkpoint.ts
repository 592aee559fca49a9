/**
 * Which checkpoint a run continues from: the newest whose content still has the hash it was announced with. A truncated or altered
 * one is passed over for the one before it, and said so.
 */
import { isAbsolute, join } from 'node:path';
import { hashInThread } from '../model/io/content-hash-thread.ts';
import type { KnownCheckpoint } from './run-ledger.ts';
import type { ResumePoint } from './trainer.ts';

/** The choice, and one line for each checkpoint that could not be used. */
export interface CheckpointChoice {
  readonly resume: ResumePoint | null;
  readonly problems: readonly string[];
}

/** True when the checkpoint's content is what was announced; throws where it cannot be read. */
export type CheckpointCheck = (checkpoint: KnownCheckpoint) => Promise<boolean>;

/** Goes through `checkpoints` (newest first) and takes the first sound one. Relative paths lie in the run's folder. */
export async function pickCheckpoint(
  checkpoints: readonly KnownCheckpoint[],
  folder: string,
  check: CheckpointCheck = hasItsHash,
): Promise<CheckpointChoice> {
  const problems: string[] = [];
  for (const checkpoint of checkpoints) {
    const path = isAbsolute(checkpoint.path) ? checkpoint.path : join(folder, checkpoint.path);
    try {
      if (await check({ ...checkpoint, path })) return { resume: { step: checkpoint.step, path }, problems };
      problems.push(`Checkpoint of step ${checkpoint.step} was altered or cut short (its hash differs): ${path}`);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read';
      problems.push(`Checkpoint of step ${checkpoint.step} ${why}: ${path}`);
    }
  }
  return { resume: null, problems };
}

async function hasItsHash(checkpoint: KnownCheckpoint): Promise<boolean> {
  return (await hashInThread(checkpoint.path)).hash === checkpoint.hash;
}
