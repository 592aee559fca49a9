/**
 * JSON columns as they are read. One damaged value must not cost a list: what can be left out is left out and said on its row (`Damage`);
 * what nothing works without is one clear error that names the row.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { Json } from './column.ts';

/** What is wrong with a row, column by column; empty where nothing is. */
export type Damage = string[];

/** The value of a JSON column; null where it is null or cannot be read, which `damage` then says. */
export function readJson<T>(
  text: Json<T> | null,
  column: string,
  damage: Damage,
  isRight?: (value: unknown) => boolean,
): T | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (isRight === undefined || isRight(value)) return value as T;
  } catch {
    // said below
  }
  damage.push(`${column} cannot be read`);
  return null;
}

/** The value of a column without which a row is of no use. @throws SophiaError 'data' naming `row` and column. */
export function neededJson<T>(text: Json<T>, column: string, row: string, isRight?: (value: unknown) => boolean): T {
  const damage: Damage = [];
  const value = readJson(text, column, damage, isRight);
  if (value !== null) return value;
  throw new SophiaError(
    'data',
    `${row} is damaged in the database: its ${column} cannot be read.`,
    'Delete it, or go back to a backup (sophia doctor names the last).',
  );
}

/** What a row says of its damage: one line, null for a sound one. */
export const damageLine = (damage: Damage): string | null =>
  damage.length === 0 ? null : `Damaged: ${damage.join(', ')}.`;

/** True for an object that is no list. */
export const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** True for a list of texts. */
export const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Facts that are only shown: where they cannot be read, that is what they say. */
export const factsOf = (text: string): Record<string, unknown> =>
  readJson<Record<string, unknown>>(text, 'value', [], isObject) ?? { damage: 'cannot be read' };
