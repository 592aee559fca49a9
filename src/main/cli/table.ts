/** `sophia table STUDY`: the results table of a study in any format, to the terminal or a file. */

import { extname } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { SophiaError } from '../../shared/errors.ts';
import {
  EVALUATION_MODES,
  EVALUATION_SCORES,
  type EvaluationMode,
  type EvaluationScore,
} from '../../shared/kinds/evaluation-mode.ts';
import { INTERVAL_RULES, type IntervalRule } from '../../shared/kinds/interval-rule.ts';
import { kindNamed, namesOf } from '../../shared/kinds/kind.ts';
import { type FormatOf, formatNames, formatsOf } from '../../shared/kinds/table-format.ts';
import { LAST_STEPS } from '../../shared/values/curve-end.ts';
import type { ReadStore } from '../store/store.ts';
import type { GlobalOptions } from './common/verb.ts';

interface TableVerbOptions extends GlobalOptions {
  readonly format?: FormatOf<'results'>;
  readonly out?: string;
  readonly benchmarks?: string;
  readonly baseline?: string;
  readonly mode?: EvaluationMode;
  readonly score?: EvaluationScore;
  readonly step: string;
  readonly interval: IntervalRule;
  readonly holm?: boolean;
  readonly metrics?: string;
  readonly lastSteps: string;
}

/** Adds the verb. */
export function define(command: Command): void {
  command
    .addArgument(new Argument('<study>', 'name, number or hash of the study'))
    .addOption(
      new Option('--format <format>', 'format (default: by the extension of --out, else markdown)').choices(
        formatNames('results'),
      ),
    )
    .option('--out <file>', 'write to this file instead of the terminal')
    .option('--benchmarks <names>', 'only these, comma-separated; test and hard stand for all of a split')
    .option('--baseline <variant>', "compare with this variant (default: the study's own baseline)")
    .addOption(
      new Option('--mode <mode>', "decoding of the evaluations (default: as the study's world has it)").choices(
        namesOf(EVALUATION_MODES),
      ),
    )
    .addOption(
      new Option('--score <score>', 'what is counted (default: exact, right answers)').choices(
        namesOf(EVALUATION_SCORES),
      ),
    )
    .option('--step <step>', 'evaluations at this step', 'last')
    .addOption(
      new Option('--interval <rule>', 'how intervals of differences are made')
        .choices(namesOf(INTERVAL_RULES))
        .default('crossed'),
    )
    .option('--holm', 'Holm-correct p over the variants of each column')
    .option('--metrics <names>', 'training metrics instead of accuracies, comma-separated (markdown, csv, latex, json)')
    .option('--last-steps <n>', 'with --metrics: number of last steps to average', String(LAST_STEPS))
    .action(async (study: string, _options: unknown, self: Command) =>
      run(study, self.optsWithGlobals<TableVerbOptions>()),
    );
}

async function run(reference: string, options: TableVerbOptions): Promise<void> {
  const { resolveHome } = await import('../store/open/home.ts');
  const { openStore } = await import('../store/store.ts');
  const { exportedTable, TABLE_WRITERS } = await import('../store/table/table.ts');
  const format = formatOf(options);
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    if (options.metrics !== undefined) {
      await write(await metricText(store, reference, options, options.metrics, format), format, options.out);
      return;
    }
    const table = exportedTable(store, store.findStudy(reference), {
      mode: options.mode,
      score: options.score,
      step: stepOf(options.step),
      benchmarks: options.benchmarks === undefined ? undefined : namesIn(options.benchmarks),
      baseline: options.baseline,
      holm: options.holm,
      interval: options.interval,
    });
    await write(await TABLE_WRITERS[format](table), format, options.out);
  } finally {
    store.close();
  }
}

async function metricText(
  store: ReadStore,
  reference: string,
  options: TableVerbOptions,
  metrics: string,
  format: string,
): Promise<string> {
  const { METRIC_WRITERS } = await import('../store/table/metric-formats.ts');
  const { metricTable } = await import('../store/table/metric-table.ts');
  const lastSteps = Number(options.lastSteps);
  if (!Number.isInteger(lastSteps) || lastSteps < 1)
    throw new SophiaError('usage', `--last-steps ${options.lastSteps} is not a number of steps.`, 'Give 1 or more.');
  const table = metricTable(store, store.findStudy(reference), namesIn(metrics), {
    lastSteps,
    baseline: options.baseline,
  });
  const write = kindNamed<(of: typeof table) => string>(METRIC_WRITERS, format);
  if (write !== undefined) return write(table);
  const known = formatNames('metrics').join(', ');
  throw new SophiaError('usage', `A table of metrics cannot be written as ${format}.`, `Use one of ${known}.`);
}

async function write(content: string | Uint8Array, format: string, out: string | undefined): Promise<void> {
  if (out === undefined) {
    if (typeof content !== 'string' && process.stdout.isTTY)
      throw new SophiaError('usage', `A ${format} table cannot be printed.`, 'Name a file with --out.');
    process.stdout.write(content);
    return;
  }
  const { writeFileSync } = await import('node:fs');
  try {
    writeFileSync(out, content);
  } catch (error) {
    throw new SophiaError(
      'environment',
      `${out} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      'Choose another --out.',
    );
  }
  console.error(`Wrote ${out}`);
}

const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());

function formatOf(options: TableVerbOptions): FormatOf<'results'> {
  if (options.format !== undefined) return options.format;
  if (options.json === true) return 'json';
  if (options.out === undefined) return 'markdown';
  const ending = extname(options.out).slice(1).toLowerCase();
  const formats = formatsOf('results');
  const found = formats.find((format) => format.ending === ending);
  if (found !== undefined) return found.format;
  throw new SophiaError(
    'usage',
    `The extension of --out ${options.out} is not a known format.`,
    `Use ${[...new Set(formats.map((format) => `.${format.ending}`))].join(', ')}, or give --format.`,
  );
}

function stepOf(text: string): number | 'last' {
  if (text === 'last') return 'last';
  const step = Number(text);
  if (!Number.isInteger(step) || step < 0)
    throw new SophiaError('usage', `--step ${text} is not a step.`, 'Give a whole number, or "last".');
  return step;
}
