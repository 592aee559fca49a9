/** A report as a folder for a paper's appendix: figures as SVG, tables as LaTeX, and appendix.tex, which puts them together. */
import { settingWords } from '../../../shared/settings/setting-words.ts';
import { formatLatex } from '../../store/table/formats/latex.ts';
import { latexTable, latexText } from '../../store/table/formats/latex-text.ts';
import { probability } from '../../store/table/formats/number-text.ts';
import { METRIC_WRITERS } from '../../store/table/metric-formats.ts';
import { effectSize } from '../../store/verdict/sentences.ts';
import { verdictLines } from '../../store/verdict/verdict.ts';
import { densityChart } from './figures/density-chart.ts';
import { forestChart } from './figures/forest-chart.ts';
import { lineChart } from './figures/line-chart.ts';
import { FILE_LOOK } from './figures/look.ts';
import type { ReportContent } from './report-content.ts';

/** A file of the folder: its path within it, with slashes. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

/** Every file. The same content gives the same bytes. */
export function reportFiles(report: ReportContent): ReportFile[] {
  const { table, metrics, verdict, curves, forests, density } = report;
  const figures = [
    ...forests.map((forest) => ({
      name: forest.name,
      caption: `${forest.title}, with 95 % intervals.`,
      svg: forestChart(forest, FILE_LOOK),
    })),
    ...curves.map((chart) => ({
      name: chart.name,
      caption: `${chart.title}${chart.unit === null ? '' : ` (${chart.unit})`}, mean and standard deviation over seeds.`,
      svg: lineChart(chart, FILE_LOOK),
    })),
    ...(density === null
      ? []
      : [{ name: density.name, caption: `${density.title}.`, svg: densityChart(density, FILE_LOOK) }]),
  ];
  const tables = [
    { name: 'results', text: formatLatex({ ...table, notes: [...table.notes, ...verdictLines(verdict)] }) },
    ...(metrics.metrics.length > 0 ? [{ name: 'training', text: METRIC_WRITERS.latex(metrics) }] : []),
    ...(forests.length > 0 ? [{ name: 'effects', text: effectsLatex(report) }] : []),
    { name: 'settings', text: settingsLatex(report) },
  ];
  return [
    ...figures.map(({ name, svg }) => ({ path: `figures/${name}.svg`, text: `${svg.text}\n` })),
    ...tables.map(({ name, text }) => ({ path: `tables/${name}.tex`, text })),
    {
      path: 'appendix.tex',
      text: appendix(
        report,
        tables.map(({ name }) => name),
        figures,
      ),
    },
  ];
}

const row = (cells: readonly string[]): string => `{}${cells.map(latexText).join(' & ')} \\\\`;

function tabular(columns: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `\\begin{tabular}{${columns}}`,
    '\\toprule',
    row(head),
    '\\midrule',
    ...rows.map(row),
    '\\bottomrule',
    '\\end{tabular}',
  ];
}

function effectsLatex({ verdict, study }: ReportContent): string {
  const rows = verdict.contrasts.flatMap(({ title, effects }) =>
    effects.map((effect) => {
      const { low, high, p, n } = effect;
      const size = (value: number) => effectSize(effect, value, true);
      return [
        title,
        effect.title,
        size(effect.difference),
        low === null || high === null ? '—' : `${size(low)} to ${size(high)}`,
        p === null ? '—' : probability(p),
        String(n),
      ];
    }),
  );
  const tabulars = tabular(
    'llrrrr',
    ['Contrast', 'effect on', 'difference', '95 % interval', 'p (Holm)', 'seeds'],
    rows,
  );
  return `${latexTable({ caption: `Effects in the study ${study.name}.`, label: `${study.name}-effects`, tabulars, notes: verdict.notes }).join('\n')}\n`;
}

/** Settings that differ or are not the defaults: a column for each variant. */
function settingsLatex({ settings, purity, study }: ReportContent): string {
  const told = settings.filter(({ isDefault }) => !isDefault);
  const rows = told.map(({ path, value, values }) => [
    path,
    ...purity.variants.map((_, i) => settingWords(path, values === null ? value : values[i])),
  ]);
  const tabulars = tabular(`l${'l'.repeat(purity.variants.length)}`, ['Setting', ...purity.variants], rows);
  const notes = [`Settings that are not the defaults. Study ${study.name}, hash ${study.hash.slice(0, 16)}.`];
  return `${latexTable({ caption: `Settings of the study ${study.name}.`, label: `${study.name}-settings`, tabulars, notes }).join('\n')}\n`;
}

function appendix(
  { study }: ReportContent,
  tables: readonly string[],
  figures: readonly { readonly name: string; readonly caption: string }[],
): string {
  return [
    '% Needs \\usepackage{booktabs} and, for the figures, \\usepackage{svg} (which calls Inkscape).',
    `\\section{Study ${latexText(study.name)}}`,
    ...tables.map((name) => `\\input{tables/${name}}`),
    ...figures.flatMap(({ name, caption }) => [
      '\\begin{figure}[t]',
      '\\centering',
      `\\includesvg[width=0.8\\linewidth]{figures/${name}}`,
      `\\caption{${latexText(caption)}}`,
      `\\label{fig:${study.name.replace(/[^a-zA-Z0-9]+/g, '-')}-${name}}`,
      '\\end{figure}',
    ]),
    '',
  ].join('\n');
}
