/**
 * The results table as LaTeX with booktabs: one tabular per split, results above, differences to the baseline below, notes at the foot.
 */

import type { Contrast } from '../contrast.ts';
import { furtherContrasts, type ResultsTable, type TableCell } from '../results-table.ts';
import { OUTCOME_HEAD, outcomeRows } from '../table-cells.ts';
import { latexTable, latexText } from './latex-text.ts';
import { percent, signed } from './number-text.ts';

/** The table to paste (needs \usepackage{booktabs}); `standalone` makes a whole document of it. */
export function formatLatex(table: ResultsTable, options: { readonly standalone?: boolean } = {}): string {
  const body = tableLines(table).join('\n');
  if (options.standalone !== true) return `${body}\n`;
  const preamble = [
    '\\documentclass{article}',
    '\\usepackage[margin=2cm]{geometry}',
    '\\usepackage{booktabs}',
    '\\begin{document}',
  ];
  return `${[...preamble, body, '\\end{document}'].join('\n')}\n`;
}

function tableLines(table: ResultsTable): string[] {
  const splits = [...new Set(table.columns.map((column) => column.split))];
  const blocks = splits.map((split) =>
    block(
      table,
      table.columns.flatMap((column, i) => (column.split === split ? [i] : [])),
    ),
  );
  return latexTable({
    caption: `Results of the study ${table.study}.`,
    label: table.study,
    tabulars: blocks.flatMap((lines, i) => (i === 0 ? lines : ['', '\\bigskip', ...lines])),
    notes: table.notes,
  });
}

function block(table: ResultsTable, at: readonly number[]): string[] {
  const row = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`;
  const lines = [
    `\\begin{tabular}{l${'r'.repeat(at.length)}}`,
    '\\toprule',
    ...heads(table, at),
    '\\midrule',
    ...table.rows.map((tableRow) =>
      row([guard(latexText(tableRow.title)), ...at.map((i) => result(tableRow.cells[i]!))]),
    ),
  ];
  const heading = (title: string) =>
    void lines.push('\\midrule', `\\multicolumn{${at.length + 1}}{l}{\\emph{${title}}} \\\\`);
  const below = (title: string, cells: readonly string[]) =>
    void lines.push(`${row([guard(latexText(title)), ...cells])}[3pt]`);
  const others = table.rows.filter((row) => !row.isBaseline && at.some((i) => row.cells[i]!.versus !== null));
  if (others.length > 0) {
    heading(`Difference to ${latexText(table.baseline.title)}, 95\\,\\% interval`);
    for (const other of others)
      below(
        other.title,
        at.map((i) => difference(other.cells[i]?.versus ?? null, other.cells[i]?.marked ?? false)),
      );
  }
  const further = furtherContrasts(table).filter(({ cells }) => at.some((i) => cells[i] != null));
  if (further.length > 0) {
    heading('Declared contrast, 95\\,\\% interval');
    for (const { title, cells } of further)
      below(
        title,
        at.map((i) => difference(cells[i] ?? null, cells[i]?.marked ?? false)),
      );
  }
  const outcomes = outcomeRows(table).filter(({ cells }) => at.some((i) => cells[i] != null));
  if (outcomes.length > 0) {
    heading(latexText(OUTCOME_HEAD));
    for (const { title, cells } of outcomes)
      lines.push(
        row([
          guard(latexText(title)),
          ...at.map((i) => (cells[i] == null ? '---' : spread(percent(cells[i].mean), cells[i].half))),
        ]),
      );
  }
  return [...lines, '\\bottomrule', '\\end{tabular}'];
}

/** The split above its columns, and their names without it. */
function heads(table: ResultsTable, at: readonly number[]): string[] {
  const { split } = table.columns[at[0]!]!;
  const short = (title: string) => (split === '' ? title : title.replace(new RegExp(`[-_/.]${split}$|^${split} `), ''));
  const names = `Variant & ${at.map((i) => latexText(short(table.columns[i]!.title))).join(' & ')} \\\\`;
  if (split === '') return [names];
  return [`& \\multicolumn{${at.length}}{c}{${split}} \\\\`, `\\cmidrule(l){2-${at.length + 1}}`, names];
}

/** A row that began with [ or * would be read as an option of the line break before it. */
const guard = (text: string): string => (/^[[*]/.test(text) ? `{}${text}` : text);

function result(cell: TableCell): string {
  const dagger = cell.unfinished ? '$^{\\dagger}$' : '';
  if (cell.mean === null) return `---${dagger}`;
  const mean = cell.best ? `\\textbf{${percent(cell.mean)}}` : percent(cell.mean);
  return `${spread(mean, cell.half)}${dagger}`;
}

const spread = (mean: string, half: number | null): string =>
  half === null ? mean : `${mean} {\\tiny $\\pm$ ${percent(half)}}`;

function difference(versus: Contrast | null, marked: boolean): string {
  if (versus === null) return '---';
  const star = marked ? '^{*}' : '';
  const interval = `{\\tiny $[${percent(versus.low)}, ${percent(versus.high)}]$}`;
  return `\\shortstack[r]{$${signed(versus.difference)}${star}$\\\\${interval}}`;
}
