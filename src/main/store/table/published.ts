/**
 * The published figures as a file of their own, never beside results of this home: every format says in words what they are. Values as the
 * paper prints them (percent; MME in points); empty where it gives none.
 */

import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { PUBLISHED_BENCHMARKS } from '../../../shared/benchmarks/published.ts';
import type { FormatOf } from '../../../shared/kinds/table-format.ts';
import { PAPER_BENCHMARKS, PUBLISHED_ROWS } from '../../../shared/study/variants.ts';
import { quoteCsv } from './formats/csv.ts';
import { latexText } from './formats/latex-text.ts';
import { withFixedTimes } from './formats/xlsx.ts';

/** What every file says of itself. */
export const PUBLISHED_NOTE =
  'Published figures of SophiaVL-R1 (arXiv 2505.17018, tables 1 to 3): 7B models on public benchmarks, not measured here and not comparable with results of this home.';

type Values = readonly (number | null)[];
const HEAD = ['Model', 'Variant', ...PAPER_BENCHMARKS.map((name) => PUBLISHED_BENCHMARKS[name].title)];
const shown = (value: number | null): string =>
  value === null ? '' : value >= 1000 ? String(value) : value.toFixed(1);
const cells = (values: Values, none: string): string[] => values.map((value) => shown(value) || none);

/** The published figures by format: text, or the bytes of a workbook. The same bytes each time. */
export const PUBLISHED_WRITERS = {
  csv: (): string =>
    [
      HEAD,
      ...PUBLISHED_ROWS.map((row) => [row.model, row.variant ?? '', ...cells(row.values, '')]),
      [`# ${PUBLISHED_NOTE}`],
    ]
      .map((row) => `${row.map(quoteCsv).join(',')}\r\n`)
      .join(''),
  markdown: (): string => {
    const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
    const rows = PUBLISHED_ROWS.map((row) => line([row.model, row.variant ?? '', ...cells(row.values, '—')]));
    const rule = HEAD.map((_, i) => (i < 2 ? '---' : '---:'));
    return `${line(HEAD)}${line(rule)}${rows.join('')}\n${PUBLISHED_NOTE}\n`;
  },
  latex: (): string => {
    const line = (row: readonly string[]) => `${row.map(latexText).join(' & ')} \\\\\n`;
    const rows = PUBLISHED_ROWS.map((row) => line([row.model, row.variant ?? '', ...cells(row.values, '--')]));
    const columns = `ll${'r'.repeat(PAPER_BENCHMARKS.length)}`;
    return `% ${PUBLISHED_NOTE}\n\\begin{tabular}{${columns}}\n\\toprule\n${line(HEAD)}\\midrule\n${rows.join('')}\\bottomrule\n\\end{tabular}\n`;
  },
  xlsx: async (): Promise<Uint8Array> => {
    const text = (value: string, bold = false) => ({
      type: String,
      value,
      ...(bold && { fontWeight: 'bold' as const }),
    });
    const data = [
      HEAD.map((title) => text(title, true)),
      ...PUBLISHED_ROWS.map((row) => [
        ...[row.model, row.variant ?? ''].map((value) => text(value)),
        ...row.values.map((value) => (value === null ? null : { type: Number, value, format: '0.0' })),
      ]),
      [text(PUBLISHED_NOTE)],
    ] as SheetData;
    const sheets = [{ data, sheet: 'Published', stickyRowsCount: 1, columns: [{ width: 32 }, { width: 24 }] }];
    return withFixedTimes(await writeExcelFile(sheets as never).toBuffer());
  },
} satisfies Record<FormatOf<'published'>, () => string | Promise<Uint8Array>>;
