/** What a report of a study says, as data: everything that the store knows of it and that its tables, verdict and curves compute. */
import { SophiaError } from '../../../shared/errors.ts';
import type { METRICS } from '../../../shared/run/metrics.ts';
import { settingLeaves, valueAt } from '../../../shared/settings/setting-paths.ts';
import { LAST_STEPS } from '../../../shared/values/curve-end.ts';
import { studyWorld, WORLDS } from '../../../shared/worlds/worlds.ts';
import { type Purity, studyPurity } from '../../store/read/purity.ts';
import type { RunRow, StudyDetail } from '../../store/rows.ts';
import type { ReadStore } from '../../store/store.ts';
import { type MetricTable, metricTable } from '../../store/table/metric-table.ts';
import type { ResultsTable } from '../../store/table/results-table.ts';
import { plannedRuns } from '../../store/table/study-scores.ts';
import { studyTable } from '../../store/table/table.ts';
import { studyVerdict, type Verdict } from '../../store/verdict/verdict.ts';
import { chosenRollouts, type ReportGroup } from './chosen-rollouts.ts';
import type { DensityChart } from './figures/density-chart.ts';
import type { ForestChart } from './figures/forest-chart.ts';
import type { LineChart } from './figures/line-chart.ts';
import { curveFigures, densityFigure, forestFigures } from './figures/study-figures.ts';

/** A setting as the study's runs have it; `values` by variant where they differ. */
export interface ReportSetting {
  readonly path: string;
  readonly title: string;
  readonly unit: string;
  readonly symbol: string;
  readonly isDefault: boolean;
  readonly value: unknown;
  readonly values: readonly unknown[] | null;
}

/** A whole report. */
export interface ReportContent {
  readonly study: StudyDetail;
  readonly program: string;
  readonly madeAt: number; // ms since 1970
  readonly runs: readonly RunRow[];
  readonly verdict: Verdict;
  readonly table: ResultsTable;
  readonly metrics: MetricTable;
  readonly forests: readonly ForestChart[];
  readonly curves: readonly LineChart[];
  readonly density: DensityChart | null;
  readonly purity: Purity;
  readonly settings: readonly ReportSetting[];
  readonly rollouts: readonly ReportGroup[];
  readonly areRolloutsAsked: boolean;
}

/** How to make it. */
export interface ReportOptions {
  readonly program: string; // its version
  readonly now: number; // ms since 1970
  readonly rollouts?: readonly string[] | undefined; // VARIANT/SEED/STEP[/QUESTION]; default: by rule
}

/** Metrics of the table of training, where any run has them. */
const TABLE_METRICS = [
  ...(['rewards/outcome/mean', 'thinking/rubric/mean', 'rewards/thinking/mean', 'thinking/hacking_index'] as const),
  ...(['trust/gamma/mean', 'completions/mean_length', 'kl'] as const),
] as const;

/** Gathers a study's report. @throws SophiaError 'usage' where no run has finished, or a rollout that was asked for is not there. */
export async function reportContent(store: ReadStore, studyId: number, options: ReportOptions): Promise<ReportContent> {
  const study = store.study(studyId);
  const { plan, name } = study;
  const order = new Map(plan.variants.map((variant, i) => [variant.name, i]));
  const runs = plannedRuns(store, studyId, plan).sort(
    (a, b) => (order.get(a.variant) ?? 0) - (order.get(b.variant) ?? 0) || a.seed - b.seed,
  );
  if (runs.every((run) => run.state !== 'finished'))
    throw new SophiaError(
      'usage',
      `No run of study ${name} has finished, so there is nothing to report yet.`,
      `See how far it is: sophia study show ${name}`,
    );
  const verdict = studyVerdict(store, studyId);
  const measured = new Set(store.metricNames(runs.map((run) => run.id)));
  const styles = WORLDS[studyWorld(plan.settings)].styles.map((style) => `style/${style}` as keyof typeof METRICS);
  const metrics = [...TABLE_METRICS, ...styles].filter((metric) => measured.has(metric));
  const purity = studyPurity(store, studyId);
  const asked = options.rollouts ?? [];
  return {
    ...{ study, runs, verdict, purity, program: options.program, madeAt: options.now },
    table: studyTable(store, studyId),
    metrics: metricTable(store, studyId, metrics, { lastSteps: LAST_STEPS }),
    forests: forestFigures(verdict),
    curves: curveFigures(store, plan, runs),
    density: densityFigure(store, plan, runs, LAST_STEPS),
    settings: settingsOf(store, runs, purity),
    rollouts: await chosenRollouts(store, plan, runs, asked),
    areRolloutsAsked: asked.length > 0,
  };
}

function settingsOf(store: ReadStore, [first]: readonly RunRow[], { settings }: Purity): ReportSetting[] {
  const own = first === undefined ? {} : store.run(first.id).settings;
  const differing = new Map(settings.map((setting) => [setting.path, setting.values]));
  return settingLeaves()
    .filter(({ path }) => path !== 'seed')
    .map(({ path, title, unit, symbol, default: usual }) => {
      // A setting younger than the study has the default, under which its runs were made.
      const known = (value: unknown) => (value === undefined ? usual : value);
      const value = known(valueAt(own, path));
      const values = differing.get(path)?.map(known) ?? null;
      const isDefault = values === null && JSON.stringify(value) === JSON.stringify(usual);
      return { path, title, unit: unit ?? '', symbol: symbol ?? '', value, values, isDefault };
    });
}
