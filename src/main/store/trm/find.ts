/** Finding rows of the TRM workbench by name or id, with one clear line where there is none. */
import type { Database } from 'better-sqlite3';
import { nearestName, SophiaError } from '../../../shared/errors.ts';

const WHAT = {
  trm_datasets: 'data set of the TRM',
  trm_builds: 'build',
  trm_models: 'trained TRM',
  trm_validations: 'validation',
} as const;
/** Tables whose rows have a name of their own. */
export type NamedTable = keyof typeof WHAT;

/** The id of a row given by name or id; throws `usage` naming the nearest one. */
export function findNamed(db: Database, table: NamedTable, reference: string | number): number {
  const rows = db.prepare<[], { id: number; name: string }>(`SELECT id, name FROM ${table} ORDER BY id`).all();
  const found = rows.find((row) => row.name === reference) ?? rows.find((row) => String(row.id) === String(reference));
  if (found !== undefined) return found.id;
  const near = nearestName(
    String(reference),
    rows.map((row) => row.name),
  );
  throw new SophiaError(
    'usage',
    `There is no ${WHAT[table]} "${reference}".`,
    near === undefined ? 'See bin/sophia trm list.' : `Did you mean "${near}"?`,
  );
}

/** Refuses a name that is taken or cannot be one; throws `usage`. */
export function checkFree(db: Database, table: NamedTable, name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new SophiaError('usage', `"${name}" cannot name a ${WHAT[table]}.`, 'Use letters, digits, dots and dashes.');
  if (db.prepare(`SELECT 1 FROM ${table} WHERE name = ?`).get(name) !== undefined)
    throw new SophiaError('conflict', `There is already a ${WHAT[table]} named "${name}".`, 'Choose another name.');
}

/** A row that findNamed has found; it may have been deleted since. @throws SophiaError 'usage' then */
export function found<T>(row: T | undefined, reference: string | number): T {
  if (row === undefined) throw new SophiaError('usage', `"${reference}" was deleted.`, 'See bin/sophia trm list.');
  return row;
}
