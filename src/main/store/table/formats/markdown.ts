/**
 * The results table as Markdown: a table of means, one of differences, one of outcome rewards, the notes. Texts cannot become markup.
 */

import type { Contrast } from '../contrast.ts';
import { furtherContrasts, type ResultsTable, type TableCell } from '../results-table.ts';
import { OUTCOME_HEAD, outcomeRows } from '../table-cells.ts';
import { percentSpread, probability, signed } from './number-text.ts';

/** The table as GitHub-flavoured Markdown. */
export function formatMarkdown(table: ResultsTable): string {
  const titles = table.columns.map((column) => markdownText(column.title));
  const parts = [
    markdownGrid(
      ['Variant', ...titles],
      table.rows.map((row) => [markdownText(row.title), ...row.cells.map(result)]),
    ),
  ];
  const others = table.rows.filter((row) => !row.isBaseline && row.cells.some((cell) => cell.versus !== null));
  if (others.length > 0) {
    const head = [`Difference to ${markdownText(table.baseline.title)}`, ...titles];
    parts.push(
      markdownGrid(
        head,
        others.map((row) => [
          markdownText(row.title),
          ...row.cells.map(({ versus, marked }) => difference(versus, marked)),
        ]),
      ),
    );
  }
  const further = furtherContrasts(table);
  if (further.length > 0)
    parts.push(
      markdownGrid(
        ['Declared contrast', ...titles],
        further.map((row) => [
          markdownText(row.title),
          ...row.cells.map((cell) => difference(cell, cell?.marked ?? false)),
        ]),
      ),
    );
  const outcomes = outcomeRows(table);
  if (outcomes.length > 0)
    parts.push(
      markdownGrid(
        [OUTCOME_HEAD, ...titles],
        outcomes.map((row) => [
          markdownText(row.title),
          ...row.cells.map((cell) => (cell === null ? '—' : percentSpread(cell.mean, cell.half))),
        ]),
      ),
    );
  parts.push(table.notes.map((note) => `${markdownText(note)}\n`).join('\n'));
  return parts.join('\n');
}

/** Head and rows of cells as a table; the first column to the left, the others to the right. Cells are Markdown already. */
export function markdownGrid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map((_, i) => (i === 0 ? '---' : '---:'))) + rows.map(line).join('');
}

function result(cell: TableCell): string {
  if (cell.mean === null) return cell.unfinished ? '—†' : '—';
  const text = percentSpread(cell.mean, cell.half);
  return `${cell.best ? `**${text}**` : text}${cell.unfinished ? '†' : ''}`;
}

function difference(versus: Contrast | null, marked: boolean): string {
  if (versus === null) return '—';
  const p = versus.p === null ? '' : `, p ${versus.p < 0.001 ? '' : '= '}${markdownText(probability(versus.p))}`;
  return `${signed(versus.difference)}${marked ? '\\*' : ''} [${signed(versus.low)}, ${signed(versus.high)}]${p}`;
}

/** A text as text: no markup, no HTML, one line. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~#$]/g, (mark) => `\\${mark}`)
    .replaceAll('&', '&amp;')
    .replaceAll('\\<', '&lt;')
    .replaceAll('\\>', '&gt;');
}
