/**
 * Rows on their way out of a home and into another: machine paths and process numbers stay behind, checkpoints are named relative to
 * their run's folder, a run that was going on arrives as interrupted.
 */

import { SophiaError } from '../../../shared/errors.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import type { Row } from '../schema/check-row.ts';
import { jsonFault } from '../schema/column.ts';
import { EVENT_DATA } from '../schema/json-shapes.ts';

const GOING_ON: ReadonlySet<unknown> = new Set<RunState>(['running', 'queued']);

/** A row as the archive holds it; null leaves it out. `checkpoints` says whether a run's checkpoint of a step is in the archive. */
export function leaving(table: string, row: Row, hasCheckpoint: (run: number, step: number) => boolean): Row | null {
  switch (table) {
    case 'runs':
      return { ...row, pid: null };
    case 'run_attempts':
      return { ...row, pid: null };
    case 'checkpoints':
      if (!hasCheckpoint(Number(row.run_id), Number(row.step))) return null;
      return { ...row, path: checkpointPath(String(row.path)) };
    case 'events':
      return row.kind === 'checkpoint' ? { ...row, data: relativeData(String(row.data)) } : row;
    default:
      return row;
  }
}

/** A row as the new home stores it. */
export function arriving(table: string, row: Row): Row {
  if (table !== 'runs' || !GOING_ON.has(row.state)) return row;
  return { ...row, state: 'interrupted', reason: 'It was not finished when its archive was made.' };
}

/** A checkpoint's place within its run's folder. */
export function checkpointPath(path: string): string {
  return `checkpoints/${path.split(/[/\\]/).at(-1)}`;
}

/** @throws SophiaError 'data' where the event is damaged: an archive with it would be refused */
function relativeData(data: string): string {
  const why = jsonFault(EVENT_DATA.checkpoint, data);
  if (why !== null)
    throw new SophiaError('data', `An event of a checkpoint is damaged: its data are ${why}.`, 'Delete its run.');
  const { path, ...rest } = EVENT_DATA.checkpoint.parse(JSON.parse(data));
  return JSON.stringify({ path: checkpointPath(path), ...rest });
}
