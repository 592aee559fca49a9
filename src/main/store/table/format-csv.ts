/**
 * The results table as CSV (RFC 4180): a row per variant, numbers in percent. A text that a spreadsheet would run as a formula gets
 * an apostrophe before it.
 */
import { percent } from './numbers.ts';
import type { ResultsTable, TableCell } from './results-table.ts';

const PARTS = ['mean', 'std', 'n', 'best', 'unfinished', 'difference', 'low', 'high', 'p'] as const;

/** The table as CSV text, CRLF line ends. */
export function formatCsv(table: ResultsTable): string {
  const head = [
    'variant',
    'title',
    ...table.columns.flatMap((column) => PARTS.map((part) => `${column.title} ${part}`)),
    'baseline',
    'study',
    'study hash',
  ];
  const rows = table.rows.map((row) => [
    row.variant,
    row.title,
    ...row.cells.flatMap(cellParts),
    table.baseline.variant,
    table.study,
    table.studyHash,
  ]);
  const notes = table.notes.map((note) => [`# ${note}`]);
  return [head, ...rows, ...notes].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

function cellParts(cell: TableCell): (string | number)[] {
  const number = (value: number | null | undefined) => (value == null ? '' : Number(percent(value)));
  const { mean, std, n, best, unfinished, versus } = cell;
  const p = versus?.p == null ? '' : Number(versus.p.toFixed(4));
  return [
    number(mean),
    number(std),
    n,
    best ? 1 : 0,
    unfinished ? 1 : 0,
    number(versus?.difference),
    number(versus?.low),
    number(versus?.high),
    p,
  ];
}

function quote(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
