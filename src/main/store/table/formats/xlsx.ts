/**
 * The results table as an Excel workbook: a sheet of results, one of differences, one of outcome rewards, one of notes. Texts are written as texts, so nothing
 * is run as a formula. The zip's times are fixed: the same table gives the same bytes.
 */
import { unzipSync, zipSync } from 'fflate';
import writeExcelFile, { type Sheet, type SheetData } from 'write-excel-file/node';
import type { Contrast } from '../contrast.ts';
import { furtherContrasts, type ResultsTable, type Spread } from '../results-table.ts';
import type { TableCell } from '../table-cells.ts';
import { OUTCOME_HEAD, outcomeRows } from '../table-cells.ts';
import { percent } from './number-text.ts';

type Cell = SheetData[number][number];
/** What stands after the mean. */
const SPREAD_TITLES = { std: '± std', interval: '± 95 %' } as const satisfies Record<Spread, string>;

/** The table as the bytes of an .xlsx file. */
export async function formatXlsx(table: ResultsTable): Promise<Uint8Array> {
  const titles = table.columns.map((column) => column.title);
  const results: SheetData = [
    header(['Variant', ...titles.flatMap((title) => [title, SPREAD_TITLES[table.spread], 'n', ''])]),
    ...table.rows.map((row) => [text(row.title), ...row.cells.flatMap(resultCells)]),
  ];
  const differences: SheetData = [
    header([`Difference to ${table.baseline.title}`, ...titles.flatMap((title) => [title, 'low', 'high', 'p'])]),
    ...table.rows
      .filter((row) => !row.isBaseline)
      .map((row) => [text(row.title), ...row.cells.flatMap(({ versus }) => differenceCells(versus))]),
    ...furtherContrasts(table).map((row) => [text(row.title), ...row.cells.flatMap(differenceCells)]),
  ];
  const outcomes: SheetData = [
    header([OUTCOME_HEAD, ...titles.flatMap((title) => [title, SPREAD_TITLES[table.spread]])]),
    ...outcomeRows(table).map((row) => [
      text(row.title),
      ...row.cells.flatMap((cell) => [share(cell?.mean), share(cell?.half)]),
    ]),
  ];
  const notes: SheetData = table.notes.map((note) => [text(note)]);
  const sheets: Sheet<Buffer>[] = [
    { data: results, sheet: 'Results', stickyRowsCount: 1, stickyColumnsCount: 1, columns: [{ width: 30 }] },
    { data: differences, sheet: 'Differences', stickyRowsCount: 1, stickyColumnsCount: 1, columns: [{ width: 30 }] },
    ...(outcomes.length > 1
      ? [
          {
            data: outcomes,
            sheet: 'Outcome rewards',
            stickyRowsCount: 1,
            stickyColumnsCount: 1,
            columns: [{ width: 30 }],
          },
        ]
      : []),
    { data: notes, sheet: 'Notes', columns: [{ width: 120 }] },
  ];
  return withFixedTimes(await writeExcelFile(sheets as never).toBuffer());
}

/** A workbook whose parts carry no time, so that equal content gives equal bytes. */
export function withFixedTimes(zip: Uint8Array): Uint8Array {
  const files = Object.entries(unzipSync(zip)).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1), level: 6 });
}

/** Readers expect the list of content types first. */
const rank = (name: string): number => (name === '[Content_Types].xml' ? 0 : 1);

const text = (value: string): Cell => ({ type: String, value: clean(value) });
const header = (titles: readonly string[]): Cell[] =>
  titles.map((title) => ({ type: String, value: clean(title), fontWeight: 'bold' }) as Cell);
const number = (value: number | null | undefined, format = '0.0', bold = false): Cell =>
  value == null ? null : ({ type: Number, value, format, ...(bold ? { fontWeight: 'bold' } : {}) } as Cell);
const share = (value: number | null | undefined, bold = false): Cell =>
  number(value == null ? null : Number(percent(value)), '0.0', bold);

/** XML has no control characters but tab and line ends. */
const clean = (value: string): string =>
  value.replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd').slice(0, 32_000);

function resultCells(cell: TableCell): Cell[] {
  return [share(cell.mean, cell.best), share(cell.half), number(cell.n, '0'), cell.unfinished ? text('†') : null];
}

function differenceCells(versus: Contrast | null): Cell[] {
  return [share(versus?.difference), share(versus?.low), share(versus?.high), number(versus?.p, '0.000')];
}
