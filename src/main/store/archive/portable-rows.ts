/**
 * Rows on their way out of a home and into another: machine paths and process numbers stay behind, checkpoints are named relative to
 * their run's folder, a run that was going on arrives as interrupted.
 */
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { RunState } from '../../../shared/run/run-events.ts';
import { base64Of } from '../../../shared/run/token-values.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import type { Row } from '../schema/check-row.ts';
import { jsonFault, type Value } from '../schema/column.ts';
import { EVENT_DATA } from '../schema/json-shapes.ts';

const GOING_ON: ReadonlySet<unknown> = new Set<RunState>(['running', 'queued']);

/** A row as the archive holds it; null leaves it out. `checkpoints` says whether a run's checkpoint of a step is in the archive. */
export function leaving(table: string, row: Row, hasCheckpoint: (run: number, step: number) => boolean): Row | null {
  switch (table) {
    case 'runs':
      return { ...row, pid: null };
    case 'run_attempts':
      return { ...row, pid: null, reference: null };
    case 'checkpoints':
      if (!hasCheckpoint(Number(row.run_id), Number(row.step))) return null;
      return { ...row, uri: checkpointUri(String(row.uri)) };
    case 'events':
      return row.kind === 'checkpoint' ? { ...row, data: relativeData(String(row.data)) } : row;
    default:
      return withoutBytes(row);
  }
}

/** Bytes as base64: an archive's rows are JSON. */
function withoutBytes(row: Readonly<Record<string, Value | Uint8Array>>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? base64Of(value) : value]),
  );
}

/** A row as the new home stores it. */
export function arriving(table: string, row: Row): Row {
  if (table === 'studies' && row.registered_at != null) return { ...row, registered_by: 'archive' }; // a claim
  if (table === 'run_attempts') return { ...row, reference: null }; // its trainer is not to be asked for it here
  if (table !== 'runs' || !GOING_ON.has(row.state)) return row;
  return { ...row, state: 'interrupted', reason: 'It was not finished when its archive was made.' };
}

/** A checkpoint's URI within its run's folder. */
function checkpointUri(uri: string): string {
  return `checkpoints/${uri.split(/[/\\]/).at(-1)}`;
}

/** @throws SophiaError 'data' where the event is damaged: an archive with it would be refused */
function relativeData(data: string): string {
  const why = jsonFault(EVENT_DATA.checkpoint, data);
  if (why !== null)
    throw new SophiaError('data', `An event of a checkpoint is damaged: its data are ${why}.`, 'Delete its run.');
  const { uri, ...rest } = EVENT_DATA.checkpoint.parse(JSON.parse(data));
  return JSON.stringify({ uri: checkpointUri(uri), ...rest });
}

/** Columns that had another name in archives of earlier versions. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = { checkpoints: { path: 'uri' } };

/** The name that a column of an archive has now. */
export function nowNamed(table: string, column: string): string {
  return RENAMED[table]?.[column] ?? column;
}

/** A row of an archive of any version, its columns named as now, as this version has it. */
export function asNow(table: string, row: Row): Row {
  if (table !== 'events' || row.kind !== 'checkpoint') return row;
  const read = OLD_CHECKPOINT.safeParse(parsedJson(String(row.data)));
  if (!read.success) return row; // of now, or damaged, which is refused later
  const { path, ...rest } = read.data;
  return { ...row, data: JSON.stringify({ uri: path, ...rest }) };
}

/** What a checkpoint's event held when checkpoints were named by paths. */
const OLD_CHECKPOINT = z.looseObject({ path: z.string() });
