/**
 * Columns of a table of runs, of one study or of all: what a run is, its settings, its accuracy on held-out questions, its metrics of training. A column's id is
 * what filters, addresses and the command line name it by: `seed`, `reward.alpha`, `accuracy/test`, `kl`, `kl:best`.
 */
import { METRICS, type MetricMeta } from '../run/metrics.ts';
import { offChoice } from '../settings/setting.ts';
import { settingLeaves } from '../settings/setting-paths.ts';
import { LAST_STEPS } from '../values/curve-end.ts';

/** What a cell holds; null: it does not apply or could not be had. Tags are a list. */
export type CellValue = number | string | boolean | readonly string[] | null;

/** How the values of a curve become one: the mean of its last LAST_STEPS steps, its last value, the best one. */
export type CurveReading = 'mean' | 'last' | 'best';

/** A column. */
export interface RunColumn {
  readonly id: string;
  readonly title: string;
  readonly kind: 'number' | 'text' | 'flag' | 'list';
  readonly group: 'run' | 'setting' | 'accuracy' | 'metric';
  readonly unit?: string;
  /** What a filter may also call it: a setting's symbol, its name without the groups that it is in. */
  readonly aliases?: readonly string[];
  /** Of a setting that turns off: the value that does. */
  readonly off?: CellValue;
  /** Of a setting: whether the study's runs differ in it. */
  readonly differs?: boolean;
}

/** A run as the table has it: values by column id, those that were asked for. */
export interface RunTableRow {
  readonly id: number;
  readonly name: string;
  readonly studyId: number;
  readonly study: string;
  readonly variant: string;
  /** The variant's title, told from the others of its study. */
  readonly title: string;
  readonly seed: number;
  readonly state: string;
  readonly tags: readonly string[];
  readonly values: Readonly<Record<string, CellValue>>;
  /** Of its columns of accuracy: which of the table's sets of questions the figure is a share of. */
  readonly sets: Readonly<Record<string, number>>;
  /** Why it is paused or failed. */
  readonly reason?: string;
  /** What of its row cannot be read. */
  readonly damage?: string;
}

/** Columns that every run has, in their usual order. `started`, `updated`: ms since 1970. */
export const RUN_COLUMNS = [
  { id: 'run', title: 'Run', kind: 'text', group: 'run' },
  { id: 'variant', title: 'Variant', kind: 'text', group: 'run' },
  { id: 'seed', title: 'Seed', kind: 'number', group: 'run' },
  { id: 'state', title: 'State', kind: 'text', group: 'run' },
  { id: 'step', title: 'Step', kind: 'number', group: 'run' },
  { id: 'duration', title: 'Duration', kind: 'number', group: 'run', unit: 's' },
  { id: 'started', title: 'Started', kind: 'number', group: 'run', unit: 'time' },
  { id: 'updated', title: 'Last event', kind: 'number', group: 'run', unit: 'time' },
  { id: 'tags', title: 'Tags', kind: 'list', group: 'run' },
] as const satisfies readonly RunColumn[];

/** What a table of all runs has besides. */
export const STUDY_COLUMN = { id: 'study', title: 'Study', kind: 'text', group: 'run' } as const satisfies RunColumn;

/** Accuracy on the questions that each run's own study comes to, whichever they are, and which they are. */
export const HELD_OUT_COLUMNS = [
  { id: 'accuracy', title: 'Accuracy on held-out questions', kind: 'number', group: 'accuracy', unit: 'share' },
  {
    ...{ id: 'accuracy:best', title: 'Accuracy on held-out questions, best evaluation', kind: 'number' },
    ...{ group: 'accuracy', unit: 'share' },
  },
  { id: 'heldout', title: 'Held-out questions', kind: 'text', group: 'accuracy' },
] as const satisfies readonly RunColumn[];

/** Columns that are always among the usual ones, of a study and of all runs: to sort or group by them nothing more is read. */
export const ALWAYS_USUAL = {
  ofStudy: ['run', 'variant', 'seed', 'state', 'step', 'duration', 'tags'],
  ofAll: ['run', 'study', 'variant', 'seed', 'state', 'accuracy', 'heldout', 'step', 'duration', 'updated', 'tags'],
} as const;

/** Every setting as a column, the seed aside; `differing` are the paths that the runs differ in. */
export function settingColumns(differing: readonly string[]): RunColumn[] {
  return settingLeaves()
    .filter(({ path }) => path !== 'seed')
    .map((leaf): RunColumn => {
      const { path, title, kind, unit, symbol } = leaf;
      const off = kind === 'boolean' ? false : offChoice(leaf);
      return {
        ...{ id: path, title, group: 'setting', differs: differing.includes(path) },
        kind: kind === 'number' || kind === 'integer' ? 'number' : kind === 'boolean' ? 'flag' : 'text',
        ...(unit !== undefined && { unit }),
        ...(off !== undefined && { off }),
        aliases: [...new Set([path.split('.').at(-1) ?? path, ...(symbol === undefined ? [] : [symbol])])],
      };
    });
}

/** The columns of a metric: what it comes to, its last value, and its best where it is known which direction is good. */
export function metricColumns(name: string): RunColumn[] {
  const { title, unit, better }: MetricMeta = (METRICS as Record<string, MetricMeta>)[name] ?? { title: name };
  const base = { kind: 'number', group: 'metric', ...(unit !== undefined && { unit }) } as const;
  return [
    { id: name, title, ...base },
    { id: `${name}:last`, title: `${title}, last step`, ...base },
    ...(better === undefined ? [] : [{ id: `${name}:best`, title: `${title}, best step`, ...base }]),
  ];
}

/** The columns of a chart of accuracy: its last evaluation, and its best. */
export function accuracyColumns(name: string, title: string): RunColumn[] {
  const base = { kind: 'number', group: 'accuracy', unit: 'share' } as const;
  return [
    { id: `accuracy/${name}`, title, ...base },
    { id: `accuracy/${name}:best`, title: `${title}, best evaluation`, ...base },
  ];
}

/** A curve's column in parts: the curve's own name, and what is read of it. */
export function curveOf(column: string): { readonly name: string; readonly reading: CurveReading } {
  const [, name, reading] = /^(.*):(last|best)$/.exec(column) ?? [];
  return name === undefined ? { name: column, reading: 'mean' } : { name, reading: reading as CurveReading };
}

/** What the figures of metrics are, for a table's foot. */
export const METRIC_FIGURES = `Metrics: mean of a run's last ${LAST_STEPS} steps. Accuracy: last evaluation.`;
