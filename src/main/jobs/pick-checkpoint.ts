/**
 * Which checkpoint a run continues from: the newest whose content still has the hash it was announced with. A truncated or altered
 * one is passed over for the one before it, and said so.
 */
import { hashInThread } from '../model/io/content-hash-thread.ts';
import { localPath } from '../model/io/local-path.ts';
import type { KnownCheckpoint } from './run-ledger.ts';
import type { ResumePoint } from './trainer.ts';

/** The choice, and one line for each checkpoint that could not be used. */
export interface CheckpointChoice {
  readonly resume: ResumePoint | null;
  readonly problems: readonly string[];
}

/** True when what lies at `path` has the hash; throws where it cannot be read. */
export type ContentCheck = (path: string, hash: string) => Promise<boolean>;

/**
 * Goes through `checkpoints` (newest first) of the run with this folder and takes the first sound one. One that does not lie on this machine is
 * taken as it is: only its trainer can look at it.
 */
export async function pickCheckpoint(
  checkpoints: readonly KnownCheckpoint[],
  folder: string,
  check: ContentCheck = hasHash,
): Promise<CheckpointChoice> {
  const problems: string[] = [];
  for (const { step, uri, hash } of checkpoints) {
    const path = localPath(uri, folder);
    try {
      if (path === null || (await check(path, hash))) return { resume: { step, uri, hash }, problems };
      problems.push(`Checkpoint of step ${step} was altered or cut short (its hash differs): ${path}`);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read';
      problems.push(`Checkpoint of step ${step} ${why}: ${path}`);
    }
  }
  return { resume: null, problems };
}

async function hasHash(path: string, hash: string): Promise<boolean> {
  return (await hashInThread(path)).hash === hash;
}
