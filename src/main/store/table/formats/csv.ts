/**
 * The results table as CSV (RFC 4180): a row per variant, numbers in percent. A text that a spreadsheet would run as a formula gets
 * an apostrophe before it.
 */

import type { ResultsTable, Spread, TableCell } from '../results-table.ts';
import { percent, signed } from './number-text.ts';

const PARTS = ['n', 'best', 'unfinished', 'difference', 'low', 'high', 'p', 'marked', 'per seed'] as const;
/** What stands after the mean. */
const SPREAD_TITLES = { std: 'std', interval: 'half 95 % interval' } as const satisfies Record<Spread, string>;

/** The table as CSV text, CRLF line ends. */
export function formatCsv(table: ResultsTable): string {
  const heads = table.columns.flatMap((column) =>
    ['mean', SPREAD_TITLES[table.spread], ...PARTS].map((part) => `${column.title} ${part}`),
  );
  const head = ['variant', 'title', ...heads, 'baseline', 'study', 'study hash'].map(quoteCsv);
  const rows = table.rows.map((row) => [
    ...[row.variant, row.title].map(quoteCsv),
    ...row.cells.flatMap(cellParts),
    ...[table.baseline.variant, table.study, table.studyHash].map(quoteCsv),
  ]);
  const notes = table.notes.map((note) => [quoteCsv(`# ${note}`)]);
  return [head, ...rows, ...notes].map((row) => `${row.join(',')}\r\n`).join('');
}

function cellParts({ mean, half, n, best, unfinished, marked, versus }: TableCell): string[] {
  const share = (value: number | null | undefined) => (value == null ? '' : percent(value));
  const p = versus?.p == null ? '' : versus.p.toFixed(4);
  const flag = (value: boolean) => (value ? '1' : '0');
  const perSeed = versus?.perSeed.map((pair) => `${pair.seed}: ${signed(pair.difference)}`).join('; ') ?? '';
  const difference = [share(versus?.difference), share(versus?.low), share(versus?.high), p];
  return [
    share(mean),
    share(half),
    String(n),
    flag(best),
    flag(unfinished),
    ...difference,
    versus === null ? '' : flag(marked),
    quoteCsv(perSeed),
  ];
}

/** One field: quoted where it has to be, and no formula for a spreadsheet. */
export function quoteCsv(text: string): string {
  const safe = /^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
