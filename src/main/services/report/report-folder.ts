/** A report as a folder for a paper's appendix: figures as SVG, tables as LaTeX, and appendix.tex, which puts them together. */
import { settingWords } from '../../../shared/settings/setting-words.ts';
import { formatLatex } from '../../store/table/formats/latex.ts';
import { columnParts, type LatexTable, latexTable, latexText } from '../../store/table/formats/latex-text.ts';
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

function tabular(columns: string, head: readonly string[], lines: readonly string[]): string[] {
  return [
    `\\begin{tabular}{${columns}}`,
    '\\toprule',
    row(head),
    '\\midrule',
    ...lines,
    '\\bottomrule',
    '\\end{tabular}',
  ];
}

/** Effects under the contrast that they are of. */
function effectsLatex({ verdict, study }: ReportContent): string {
  const lines = verdict.contrasts.flatMap(({ title, effects }) => [
    `\\multicolumn{5}{l}{\\emph{${latexText(title)}}} \\\\`,
    ...effects.map((effect) => {
      const { low, high, p, n } = effect;
      const size = (value: number) => effectSize(effect, value, true);
      return row([
        effect.title,
        size(effect.difference),
        low === null || high === null ? '–' : `${size(low)} to ${size(high)}`,
        p === null ? '–' : probability(p),
        String(n),
      ]);
    }),
  ]);
  const tabulars = tabular('lrrrr', ['Effect on', 'difference', '95 % interval', 'p (Holm)', 'seeds'], lines);
  return `${latexTable({ caption: `Effects in the study ${study.name}.`, label: `${study.name}-effects`, tabulars, notes: verdict.notes }).join('\n')}\n`;
}

/** Settings that are not the defaults and alike in all variants; then those that differ, a row for each variant. */
function settingsLatex({ settings, purity, study }: ReportContent): string {
  const shared = settings.filter(({ isDefault, values }) => !isDefault && values === null);
  const differing = settings.flatMap(({ path, values }) =>
    values === null ? [] : { path, texts: values.map((value) => settingWords(path, value)) },
  );
  const parts = columnParts(
    differing.map(({ path, texts }) => Math.max(path.split('.').at(-1)!.length, ...texts.map((text) => text.length))),
    Math.max(...purity.variants.map((name) => name.length)),
  );
  const named = (table: Omit<LatexTable, 'notes'>, notes: readonly string[]) => latexTable({ ...table, notes });
  const identity = `Study ${study.name}, hash ${study.hash.slice(0, 16)}.`;
  return `${[
    ...named(
      {
        caption: `Settings that all variants of the study ${study.name} share.`,
        label: `${study.name}-settings`,
        tabulars: tabular(
          'lp{0.5\\linewidth}',
          ['Setting', 'Value'],
          shared.map(({ path, value }) => row([path, settingWords(path, value)])),
        ),
      },
      [`Settings that are not the defaults. ${identity}`],
    ),
    ...parts.flatMap((at, part) =>
      named(
        {
          caption: `Settings in which the variants of ${study.name} differ${parts.length === 1 ? '' : `, part ${part + 1} of ${parts.length}`}.`,
          label: `${study.name}-variants${part === 0 ? '' : `-${part + 1}`}`,
          tabulars: tabular(
            `l${'l'.repeat(at.length)}`,
            ['Variant', ...at.map((i) => differing[i]!.path.split('.').at(-1)!)],
            purity.variants.map((name, variant) => row([name, ...at.map((i) => differing[i]!.texts[variant] ?? '')])),
          ),
        },
        [],
      ),
    ),
  ].join('\n')}\n`;
}

function appendix(
  { study }: ReportContent,
  tables: readonly string[],
  figures: readonly { readonly name: string; readonly caption: string }[],
): string {
  return [
    '% Needs \\usepackage{booktabs} and, for the figures, \\usepackage{svg} (which calls Inkscape); or \\usepackage{graphicx} and the',
    '% figures as PDF beside the SVG files: rsvg-convert -f pdf -o NAME.pdf NAME.svg makes one.',
    '\\providecommand{\\studyfigure}[1]{\\ifdefined\\includesvg\\includesvg[width=0.8\\linewidth]{#1}\\else\\includegraphics[width=0.8\\linewidth]{#1}\\fi}',
    `\\section{Study ${latexText(study.name)}}`,
    ...tables.map((name) => `\\input{tables/${name}}`),
    ...figures.flatMap(({ name, caption }) => [
      '\\begin{figure}[t]',
      '\\centering',
      `\\studyfigure{figures/${name}}`,
      `\\caption{${latexText(caption)}}`,
      `\\label{fig:${study.name.replace(/[^a-zA-Z0-9]+/g, '-')}-${name}}`,
      '\\end{figure}',
    ]),
    '',
  ].join('\n');
}
