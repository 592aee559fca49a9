/** An archive on its way into a home that an engine has: in a process beside it, so that others are answered and runs go on meanwhile. */
import { beside, type Place } from '../beside/beside.ts';
import type { Changes } from '../changes.ts';
import type { EngineControl } from '../engine-control.ts';

/** Imports an archive file. @throws SophiaError as importArchive does */
export async function takeArchive(
  to: { readonly place: Place; readonly engine: Pick<EngineControl, 'settled'>; readonly changes: Changes },
  file: string,
): Promise<{ readonly studyId: number; readonly name: string; readonly runs: number; readonly hash: string }> {
  await to.engine.settled; // what an import that was killed left is being taken out
  const imported = await beside(to.place, 'archive', { file });
  to.changes.notify();
  return imported;
}
