/**
 * The results table as CSV (RFC 4180): a row per variant, then one per declared contrast that these do not show, numbers in percent. A text that a spreadsheet would run as a formula gets
 * an apostrophe before it.
 */

import { contrastText } from '../../../../shared/study/contrasts.ts';
import type { Contrast } from '../contrast.ts';
import { furtherContrasts, type ResultsTable, type Spread, type TableCell } from '../results-table.ts';
import { percent, signed } from './number-text.ts';

const PARTS = [
  'n',
  'best',
  'unfinished',
  'difference',
  'low',
  'high',
  'p',
  'marked',
  'per seed',
  'outcome reward',
] as const;
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
  const further = furtherContrasts(table).map((row) => [
    ...[contrastText(row), row.title].map(quoteCsv),
    ...row.cells.flatMap((cell) => [
      '',
      '',
      cell === null ? '' : String(cell.n),
      '',
      '',
      ...differenceParts(cell, cell?.marked),
      '',
    ]),
    ...[row.against, table.study, table.studyHash].map(quoteCsv),
  ]);
  const notes = table.notes.map((note) => [quoteCsv(`# ${note}`)]);
  return [head, ...rows, ...further, ...notes].map((row) => `${row.join(',')}\r\n`).join('');
}

function cellParts({ mean, half, n, best, unfinished, marked, versus, outcome }: TableCell): string[] {
  return [
    share(mean),
    share(half),
    String(n),
    flag(best),
    flag(unfinished),
    ...differenceParts(versus, marked),
    share(outcome?.mean),
  ];
}

const share = (value: number | null | undefined) => (value == null ? '' : percent(value));
const flag = (value: boolean) => (value ? '1' : '0');

function differenceParts(versus: Contrast | null, marked = false): string[] {
  const p = versus?.p == null ? '' : versus.p.toFixed(4);
  const perSeed = versus?.perSeed.map((pair) => `${pair.seed}: ${signed(pair.difference)}`).join('; ') ?? '';
  const difference = [share(versus?.difference), share(versus?.low), share(versus?.high), p];
  return [...difference, versus === null ? '' : flag(marked), quoteCsv(perSeed)];
}

/** One field: quoted where it has to be, and no formula for a spreadsheet. */
export function quoteCsv(text: string): string {
  const safe = /^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
