/**
 * The results table as JSON: everything in it, shares from 0 to 1.
 */
import type { ResultsTable } from '../results-table.ts';

/** The table as indented JSON with a final newline. */
export function formatJson(table: ResultsTable): string {
  return `${JSON.stringify(table, null, 2)}\n`;
}
