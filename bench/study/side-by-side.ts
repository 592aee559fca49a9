/**
 * The same study under two trainers, side by side: `node scripts/run.mjs bench/study/side-by-side.ts HOME STUDY OTHER` prints curves by blocks of
 * steps and accuracy at the end, and OTHER's difference to STUDY in Markdown. Curves: seeds are paired, Student's interval. Accuracy: seeds and
 * questions as crossed random effects, as in every table of the program. `--figures DIR` draws some of the curves as well.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lineChart } from '../../src/main/services/report/figures/line-chart.ts';
import { FILE_LOOK } from '../../src/main/services/report/figures/look.ts';
import { crossedInterval, studentQuantile } from '../../src/main/store/statistics/crossed-effects.ts';
import { summarize } from '../../src/main/store/statistics/summary.ts';
import { openStore } from '../../src/main/store/store.ts';
import { METRICS, type MetricName } from '../../src/shared/run/metrics.ts';
import { groupCurve, smooth } from '../../src/shared/values/curves.ts';

const CURVES: readonly MetricName[] = ['rewards/outcome/mean', 'rewards/thinking/mean', 'kl', 'grad_norm', 'entropy'];
const DRAWN: readonly MetricName[] = ['rewards/outcome/mean', 'kl'];
const BLOCK = 20;
const SMOOTHING = 0.6; // as in reports

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { figures: { type: 'string' } },
});
const [home = '', ...names] = positionals;
const store = openStore(home, { readonly: true });
const [one, other] = names.map((name) => store.findStudy(name)) as [number, number];
const { database } = store;
const variants = store
  .study(one)
  .plan.variants.map((variant) => (typeof variant === 'string' ? variant : variant.name));

const curve = database
  .prepare<[number, string, string], [seed: number, block: number, mean: number]>(
    `SELECT r.seed, (m.step - 1) / ${BLOCK}, avg(m.value) FROM runs r JOIN metrics m ON m.run_id = r.id
     JOIN metric_names n ON n.id = m.metric_id WHERE r.study_id = ? AND r.variant = ? AND n.name = ? AND m.value IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1`,
  )
  .raw();
const answers = database
  .prepare<[number, string], [seed: number, benchmark: string, question: number, right: number]>(
    `SELECT r.seed, e.benchmark, a.question_id, a.exact FROM runs r JOIN evaluations e ON e.run_id = r.id AND e.step = r.step
     AND e.mode = 'greedy' JOIN evaluated_questions a ON a.evaluation_id = e.id WHERE r.study_id = ? AND r.variant = ? ORDER BY 2, 3, 1`,
  )
  .raw();

/** Of two values at least. */
function whole(values: readonly number[]): { mean: number; std: number; n: number } {
  const { mean, std, n } = summarize(values);
  if (mean === null || std === null) throw new Error('two seeds are needed at least');
  return { mean, std, n };
}

const figures = (value: number): string => (Math.abs(value) < 0.01 ? value.toExponential(1) : value.toPrecision(3));
console.log(
  '| Variant | Curve | Steps | native | TRL | TRL - native, 95 % interval |\n| --- | --- | --- | ---: | ---: | ---: |',
);
for (const variant of variants)
  for (const name of CURVES) {
    const [a, b] = [one, other].map((study) => curve.all(study, variant, name));
    for (const block of new Set(a!.map(([, place]) => place))) {
      const of = (rows: typeof a) => rows!.filter(([, place]) => place === block).map(([, , mean]) => mean);
      const [left, right] = [of(a), of(b)];
      const { mean, std, n } = whole(right.map((value, i) => value - left[i]!));
      const half = (studentQuantile(0.975, n - 1) * std) / Math.sqrt(n);
      const interval = `${figures(mean)} [${figures(mean - half)}, ${figures(mean + half)}]`;
      const steps = `${block * BLOCK + 1}-${(block + 1) * BLOCK}`;
      const means = [left, right].map((values) => figures(whole(values).mean));
      console.log(`| ${variant} | ${METRICS[name].title} | ${steps} | ${means.join(' | ')} | ${interval} |`);
    }
  }
console.log(
  '\n| Variant | Accuracy | native | TRL | TRL - native, 95 % interval |\n| --- | --- | ---: | ---: | ---: |',
);
for (const variant of variants)
  for (const split of ['test', 'hard']) {
    const [a, b] = [one, other].map((study) =>
      answers.all(study, variant).filter(([, name]) => name.endsWith(`-${split}`)),
    );
    const seeds = [...new Set(a!.map(([seed]) => seed))];
    const benchmarks = [...new Set(a!.map(([, name]) => name))].map((name) => {
      const rows = (side: typeof a, seed: number) =>
        side!.filter((row) => row[0] === seed && row[1] === name).map(([, , , right]) => right);
      return { differences: seeds.map((seed) => rows(b, seed).map((right, i) => 100 * (right - rows(a, seed)[i]!))) };
    });
    const found = crossedInterval(benchmarks)!;
    const mean = (side: typeof a) => ((100 * side!.reduce((sum, row) => sum + row[3], 0)) / side!.length).toFixed(1);
    const { difference, low, high } = found;
    console.log(
      `| ${variant} | ${split} average | ${mean(a)} | ${mean(b)} | ${difference.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}] |`,
    );
  }
if (options.figures !== undefined) {
  mkdirSync(options.figures, { recursive: true });
  for (const variant of variants) for (const name of DRAWN) draw(options.figures, variant, name);
}
store.close();

/** Both trainers' curves of a variant: mean and standard deviation over seeds. */
function draw(folder: string, variant: string, name: MetricName): void {
  const series = [one, other].map((studyId, index) => {
    const runs = store.listRuns({ studyId }).filter((run) => run.variant === variant);
    const ids = runs.map(({ id }) => id);
    const { mean, low, high, ...rest } = groupCurve(store.metricSeries(ids, name, { maxPoints: 1000 }), 'std');
    const [middle, lower, upper] = [mean, low, high].map((values) => smooth(values, SMOOTHING));
    const curve = { ...rest, mean: middle!, low: lower!, high: upper! };
    return { label: ['native', 'TRL'][index]!, index, isReference: index === 0, curve };
  });
  const { title } = METRICS[name];
  const chart = { name, title: `${title}, ${variant}`, unit: null, isShare: false, withPoints: false, series };
  const file = join(folder, `two-trainers-${variant}-${name.replaceAll('/', '-')}.svg`);
  writeFileSync(file, `${lineChart(chart, FILE_LOOK).text}\n`);
}
