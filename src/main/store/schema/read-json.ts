/**
 * JSON columns as they are read. One damaged value must not cost a list: something stands for what can be done without, and its row says so
 * (`damage`); what nothing works without is one clear error that names the row.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import type { AnyColumn } from './column.ts';

/** What is wrong with a row, column by column; empty where nothing is. */
export type Damage = string[];

/** The value of a row's JSON column. @throws SophiaError 'data' naming row and column where it cannot be read and nothing can stand for it */
export function readColumn(
  column: AnyColumn,
  name: string,
  row: Readonly<Record<string, unknown>>,
  damage: Damage,
): unknown {
  const text = row[name];
  if (text === null) return null;
  const value = parsedJson(String(text));
  if (value !== undefined && column.isSound?.(value) !== false) return value;
  if (column.neededBy !== undefined)
    throw new SophiaError(
      'data',
      `${column.neededBy} ${row.name ?? row.id} is damaged in the database: its ${name} cannot be read.`,
      'Delete it, or go back to a backup (sophia doctor names the last).',
    );
  damage.push(`${name} cannot be read`);
  return column.otherwise;
}

/** What a row says of its damage: one line, null for a sound one. */
export const damageLine = (damage: Damage): string | null =>
  damage.length === 0 ? null : `Damaged: ${damage.join(', ')}.`;
