/** A table of metrics as text in every format: Markdown, CSV, LaTeX, JSON. Three decimals where people read it, all of them where programs do. */
import type { FormatOf } from '../../../shared/kinds/table-format.ts';
import { METRICS, type MetricMeta, type MetricName } from '../../../shared/run/metrics.ts';
import { quoteCsv } from './formats/csv.ts';
import { columnParts, latexTable, latexText } from './formats/latex-text.ts';
import { markdownGrid, markdownText } from './formats/markdown.ts';
import { fixed, withSign } from './formats/number-text.ts';
import type { MetricCell, MetricTable } from './metric-table.ts';

/** What writes each format: it takes the table and returns the text of a file. */
export const METRIC_WRITERS = {
  markdown: metricMarkdown,
  csv: metricCsv,
  latex: metricLatex,
  json: (table) => `${JSON.stringify(table, null, 2)}\n`,
} as const satisfies Record<FormatOf<'metrics'>, (table: MetricTable) => string>;

const signed = (value: number) => withSign(fixed(value, 3));

/** A metric's title with its unit: two metrics may share a title, not a unit too. */
function headOf(metric: string): string {
  const { title, unit } = METRICS[metric as MetricName] as MetricMeta;
  return unit === undefined ? title : `${title}, ${unit}`;
}

/** The difference of a cell in parts; null where there is none to tell. */
function differenceOf({ versus }: MetricCell) {
  if (versus === null) return null;
  const { difference, half } = versus;
  if (half === null) return { text: signed(difference), interval: null };
  return { text: signed(difference), interval: [signed(difference - half), signed(difference + half)] as const };
}

const others = (table: MetricTable) => table.rows.filter((row) => row.variant !== table.baseline);
const baselineOf = (table: MetricTable) => table.rows.find((row) => row.variant === table.baseline)!.title;

function metricMarkdown(table: MetricTable): string {
  const heads = table.metrics.map(headOf);
  const figure = ({ mean, std }: MetricCell) =>
    mean === null ? '—' : fixed(mean, 3) + (std === null ? '' : ` ± ${fixed(std, 3)}`);
  const difference = (cell: MetricCell) => {
    const found = differenceOf(cell);
    if (found === null) return '—';
    return `${found.text}${found.interval === null ? '' : ` [${found.interval.join(', ')}]`}`;
  };
  const rows = (chosen: MetricTable['rows'], text: (cell: MetricCell) => string) =>
    chosen.map((row) => [markdownText(row.title), ...row.cells.map(text)]);
  return [
    markdownGrid(['Variant', ...heads], rows(table.rows, figure)),
    markdownGrid([`Difference to ${markdownText(baselineOf(table))}`, ...heads], rows(others(table), difference)),
    table.notes.map((note) => `${markdownText(note)}\n`).join('\n'),
  ].join('\n');
}

/** RFC 4180: a row per variant and metric; empty where there is none. */
function metricCsv(table: MetricTable): string {
  const rows = table.rows.flatMap((row) =>
    row.cells.map((cell, i) => [
      quoteCsv(row.variant),
      table.metrics[i]!,
      ...[cell.mean, cell.std, cell.n, cell.versus?.difference, cell.versus?.half].map((value) =>
        value == null ? '' : String(value),
      ),
    ]),
  );
  const difference = quoteCsv(`difference to ${table.baseline}`);
  const head = ['variant', 'metric', 'mean', 'std', 'n', difference, 'half 95 % interval'];
  return [head, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Characters of a figure with its spread, "20.531 +- 0.128", the second in small type. */
const CELL = 12;

/** A long head on two lines, broken where they are most alike. */
function twoLines(text: string): string[] {
  if (text.length <= CELL) return [text];
  const words = text.split(' ');
  const breaks = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]);
  const longest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));
  return breaks.toSorted((a, b) => longest(a) - longest(b))[0] ?? [text];
}

function headLatex(text: string): string {
  const lines = twoLines(text).map(latexText);
  return lines.length === 1 ? lines[0]! : `\\shortstack[r]{${lines.join('\\\\')}}`;
}

/** With booktabs: figures, differences beneath, notes at the foot; as many tables as the metrics need to fit on a line. */
function metricLatex(table: MetricTable): string {
  const figure = ({ mean, std }: MetricCell) =>
    mean === null ? '---' : `${fixed(mean, 3)}${std === null ? '' : ` {\\tiny $\\pm$ ${fixed(std, 3)}}`}`;
  const difference = (cell: MetricCell) => {
    const found = differenceOf(cell);
    if (found === null) return '---';
    if (found.interval === null) return `$${found.text}$`;
    return `\\shortstack[r]{$${found.text}$\\\\{\\tiny $[${found.interval.join(', ')}]$}}`;
  };
  const row = (title: string, cells: readonly string[], space = '') =>
    `{}${latexText(title)} & ${cells.join(' & ')} \\\\${space}`;
  const heads = table.metrics.map(headOf);
  const head = latexText(`Difference to ${baselineOf(table)}, 95 % interval`);
  const tabular = (at: readonly number[]) => [
    `\\begin{tabular}{l${'r'.repeat(at.length)}}`,
    '\\toprule',
    row(
      'Variant',
      at.map((i) => headLatex(heads[i]!)),
    ),
    '\\midrule',
    ...table.rows.map(({ title, cells }) =>
      row(
        title,
        at.map((i) => figure(cells[i]!)),
      ),
    ),
    '\\midrule',
    `\\multicolumn{${at.length + 1}}{l}{\\emph{${head}}} \\\\`,
    ...others(table).map(({ title, cells }) =>
      row(
        title,
        at.map((i) => difference(cells[i]!)),
        '[3pt]',
      ),
    ),
    '\\bottomrule',
    '\\end{tabular}',
  ];
  const { study, notes } = table;
  const parts = columnParts(
    heads.map((text) => Math.max(CELL, ...twoLines(text).map((line) => line.length))),
    Math.max(...table.rows.map(({ title }) => title.length)),
  );
  const made = parts.flatMap((at, part) =>
    latexTable({
      caption: `Training of the study ${study}${parts.length === 1 ? '' : `, part ${part + 1} of ${parts.length}`}.`,
      label: `${study}-training${part === 0 ? '' : `-${part + 1}`}`,
      tabulars: tabular(at),
      notes: part === parts.length - 1 ? notes : [],
    }),
  );
  return `${made.join('\n')}\n`;
}
