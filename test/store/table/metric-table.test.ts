import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { METRIC_WRITERS } from '../../../src/main/store/table/metric-formats.ts';
import { metricTable } from '../../../src/main/store/table/metric-table.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, temporaryStore } from '../helpers.ts';

/** Two arms, three seeds, four steps: outcome reward seed / 10 + step / 100 (+ 0.1 for full), null at the third step; one run unfinished. */
function measured(unfinishedSeed: number | null = null, seeds = [0, 1, 2]) {
  const store = temporaryStore();
  const text = `name: m\nvariants: [grpo, full]\nseeds: [${seeds.join()}]\nsettings: {training: {totalSteps: 4}}`;
  const { studyId } = store.addStudy(parseStudy(text, 'm.yaml'));
  for (const run of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(run.id);
    store.recordEvent(run.id, attempt, { kind: 'started', step: 0, environment });
    for (let step = 1; step <= 4; step++) {
      const value = step === 3 ? null : run.seed / 10 + step / 100 + (run.variant === 'full' ? 0.1 + run.seed / 50 : 0);
      const metrics = { 'rewards/outcome/mean': value, ...(run.variant === 'full' ? { 'trust/gamma/mean': 0.5 } : {}) };
      store.recordEvent(run.id, attempt, { kind: 'step', step, metrics, responses: [] });
    }
    if (run.variant !== 'full' || run.seed !== unfinishedSeed)
      store.recordEvent(run.id, attempt, { kind: 'finished', step: 4, seconds: 1, weightsHash: 'w' });
  }
  return { store, studyId };
}
const METRICS = ['rewards/outcome/mean', 'trust/gamma/mean'];
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

describe('metricTable', () => {
  it('means the last steps of each run, then the seeds; a step without a value counts for nothing', () => {
    const { store, studyId } = measured();
    const [grpo, full] = metricTable(store, studyId, METRICS, { lastSteps: 2 }).rows;
    near(grpo!.cells[0]!.mean!, 0.14); // step 4 alone: 0.04, 0.14, 0.24
    near(grpo!.cells[0]!.std!, 0.1);
    assert.deepEqual(grpo!.cells[1], { mean: null, std: null, n: 0, versus: null });
    near(full!.cells[1]!.mean!, 0.5);
    near(metricTable(store, studyId, METRICS, { lastSteps: 4 }).rows[0]!.cells[0]!.mean!, 0.1 + 0.07 / 3);
  });

  it("pairs differences by seed, with Student's interval", () => {
    const { store, studyId } = measured();
    const { versus } = metricTable(store, studyId, METRICS, { lastSteps: 1 }).rows[1]!.cells[0]!;
    near(versus!.difference, 0.12); // 0.10, 0.12, 0.14
    near(versus!.half!, (4.303 * 0.02) / Math.sqrt(3));
    assert.equal(versus!.n, 3);
  });

  it('leaves out runs that have not finished, and their pairs', () => {
    const { store, studyId } = measured(2);
    const cell = metricTable(store, studyId, METRICS, { lastSteps: 1 }).rows[1]!.cells[0]!;
    assert.deepEqual([cell.n, cell.versus!.n], [2, 2]);
    near(cell.versus!.difference, 0.11);
  });

  it('names what is unknown, with the nearest name', () => {
    const { store, studyId } = measured();
    assert.throws(
      () => metricTable(store, studyId, ['rewards/outcome/men'], { lastSteps: 1 }),
      /Did you mean "rewards\/outcome\/mean"/,
    );
    assert.throws(() => metricTable(store, studyId, METRICS, { lastSteps: 1, baseline: 'ful' }), /Did you mean "full"/);
  });

  it('prints as Markdown and as CSV', () => {
    const { store, studyId } = measured();
    const table = metricTable(store, studyId, METRICS, { lastSteps: 1 });
    assert.match(METRIC_WRITERS.markdown(table), /\| GRPO \| 0\.140 ± 0\.100 \| — \|/);
    assert.match(METRIC_WRITERS.markdown(table), /\| \+0\.120 \[\+0\.070, \+0\.170\] \|/); // of three seeds nothing is marked
    const five = measured(null, [0, 1, 2, 3, 4]);
    assert.match(
      METRIC_WRITERS.markdown(metricTable(five.store, five.studyId, METRICS, { lastSteps: 1 })),
      /\| \+0\.140 \[/, // 0 lies outside
    );
    const two = measured(2); // of two seeds nothing is marked
    assert.doesNotMatch(
      METRIC_WRITERS.markdown(metricTable(two.store, two.studyId, METRICS, { lastSteps: 1 })),
      /\d\\\* \[/,
    );
    const latex = METRIC_WRITERS.latex(table);
    assert.match(latex, /^\{\}GRPO & 0\.140 \{\\tiny \$\\pm\$ 0\.100\} & --- \\\\$/m);
    assert.match(latex, /\$\+0\.120\$\\\\\{\\tiny \$\[\+0\.070, \+0\.170\]\$\}/);
    assert.match(latex, /\\begin\{tabular\}\{lrr\}/);
    // Ten metrics do not stand side by side on a page: they go into several tables, each under a label of its own.
    const wide = { ...table, metrics: Array.from({ length: 10 }, () => table.metrics[0]!) };
    const rows = wide.rows.map((row) => ({ ...row, cells: wide.metrics.map(() => row.cells[0]!) }));
    const parts = METRIC_WRITERS.latex({ ...wide, rows });
    const columns = [...parts.matchAll(/\\begin\{tabular\}\{l(r+)\}/g)].map(([, all]) => all!.length);
    assert.ok(columns.length > 1 && columns.every((count) => count <= 6), columns.join());
    assert.equal(
      columns.reduce((sum, count) => sum + count, 0),
      10,
    );
    assert.equal(new Set([...parts.matchAll(/\\label\{([^}]+)\}/g)].map(([, label]) => label)).size, columns.length);
    assert.deepEqual(JSON.parse(METRIC_WRITERS.json(table)), JSON.parse(JSON.stringify(table)));
    assert.match(METRIC_WRITERS.csv(table), /^grpo,trust\/gamma\/mean,,,0,,\r$/m);
  });
});
