/** The table of a study's runs: values by hand, few statements, and a filter that names columns nobody shows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runTable } from '../../../src/main/store/run-table/run-table.ts';
import { runTableQueries } from '../../../src/main/store/run-table/run-table-queries.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { curveEnd } from '../../../src/shared/values/curve-end.ts';
import { temporaryStore } from '../helpers.ts';
import { counting } from './counting.ts';
import { filled } from './filled.ts';

describe('the table of a study', () => {
  const { store, studyId } = filled();
  const valuesOf = (columns: string[], filter?: string) =>
    runTable(store, studyId, { columns, ...(filter !== undefined && { filter }) }).rows.map(({ values }) =>
      columns.map((column) => values[column]),
    );

  test('what is usual: facts, settings that differ, accuracy, metrics that there are, tags; by variant and seed', () => {
    const { usual, total, rows } = runTable(store, studyId);
    assert.deepEqual(usual, [
      ...['run', 'variant', 'seed', 'state', 'reward.alpha', 'reward.trust'],
      ...['accuracy/test', 'accuracy/hard', 'rewards/outcome/mean', 'step', 'duration', 'tags'],
    ]);
    assert.equal(total, 4);
    assert.deepEqual(
      rows.map(({ variant, seed }) => `${variant} ${seed}`),
      ['low 3', 'low 4', 'high 3', 'high 4'],
    );
  });

  test('settings, accuracies and metrics as counted by hand; null where there is none', () => {
    const mean = (21 + 20) / 2; // of 11 to 30, the last 20 steps
    assert.deepEqual(valuesOf(['reward.alpha', 'reward.trust', 'step', 'duration', 'kl', 'kl:last', 'accuracy/test']), [
      [0.1, 'exp', 30, 12, mean, 30, 0.6],
      [0.1, 'exp', 30, 12, mean, 30, 0.6],
      [1, 'none', 30, 12, mean + 10, 40, 0.6],
      [1, 'none', 0, null, null, null, null],
    ]);
    assert.deepEqual(valuesOf(['accuracy/test:best', 'accuracy/hard', 'accuracy/hard:best'])[0], [0.9, 0.5, 0.8]);
    assert.deepEqual(valuesOf(['rewards/outcome/mean:best', 'rewards/outcome/mean:last'])[0], [0.25, 0.25]);
  });

  test('the mean of the last steps is the one that charts tell, also where a curve ends before its run', () => {
    for (const metric of ['kl', 'rewards/outcome/mean']) {
      const ids = store.listRuns({ studyId }).map(({ id }) => id);
      const charts = store
        .metricSeries(ids, metric)
        .map((series) => ({ id: series.runId, mean: curveEnd([series]).mean }));
      for (const { id, values } of runTable(store, studyId, { columns: [metric] }).rows) {
        const told = charts.find((chart) => chart.id === id)!.mean;
        if (told === null) assert.equal(values[metric], null);
        else assert.ok(Math.abs((values[metric] as number) - told) < 1e-12);
      }
    }
  });

  test('a filter may name columns that are not shown; the best is offered only where a direction is good', () => {
    const found = runTable(store, studyId, { columns: ['seed'], filter: 'alpha = 1 or kl:last < 31 and seed = 4' });
    assert.deepEqual(
      found.rows.map(({ variant, seed }) => `${variant} ${seed}`),
      ['low 4', 'high 3', 'high 4'],
    );
    assert.equal(found.total, 4);
    const ids = found.columns.map(({ id }) => id);
    assert.ok(ids.includes('rewards/outcome/mean:best') && !ids.includes('kl:best'));
    assert.deepEqual(Object.keys(runTable(store, studyId, { columns: ['seed', 'gone'] }).rows[0]!.values), ['seed']);
    assert.throws(() => runTable(store, studyId, { filter: 'seed >' }), /Filter, character 7/);
  });

  test('a setting without effect on a run is null: "trust = on" leaves out plain GRPO; a fit gets it as given', () => {
    const store = temporaryStore();
    const yaml = 'name: plain\nvariants: [grpo, full, wo-trust]\nseeds: [0]\n';
    const { studyId } = store.addStudy(parseStudy(yaml, 'plain.yaml'));
    const columns = ['reward.thinking', 'reward.trust'];
    const read = (options: object) =>
      runTable(store, studyId, { columns, ...options }).rows.map(({ variant, values }) => [
        variant,
        ...columns.map((column) => values[column]),
      ]);
    assert.deepEqual(read({}), [
      ['grpo', 'none', null],
      ['full', 'trm', 'exp'],
      ['wo-trust', 'trm', 'none'],
    ]);
    assert.deepEqual(read({ filter: 'trust = on' }), [['full', 'trm', 'exp']]);
    assert.deepEqual(read({ filter: 'trust is missing', asGiven: true }), [['grpo', 'none', 'exp']]);
  });

  test('a metric that is called like a fact or a setting gives way to it: a column has one id', () => {
    const own = temporaryStore();
    const added = own.addStudy(parseStudy('name: odd\nvariants: [full]\nseeds: [3]\n', 'odd.yaml'));
    const [run] = own.listRuns(added);
    const { attempt } = own.startRun(run!.id);
    const metrics = { seed: 9, 'reward.alpha': 9, kl: 1 } as Record<string, number>;
    own.recordEvent(run!.id, attempt, { kind: 'step', step: 1, metrics, responses: [] });
    const { columns, rows } = runTable(own, added.studyId, { columns: ['seed', 'reward.alpha', 'kl', 'seed:last'] });
    const ids = columns.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(columns.find(({ id }) => id === 'seed')!.group, 'run');
    assert.deepEqual(rows[0]!.values, { seed: 3, 'reward.alpha': 0.3, kl: 1, 'seed:last': 9 });
  });

  test('statements do not grow with the runs', () => {
    const { counted, calls } = counting(store);
    runTable(counted, studyId, { columns: ['kl', 'reward.alpha', 'accuracy/test', 'rewards/outcome/mean:best'] });
    assert.equal(calls(), 7); // study, runs, settings, evaluations, names, ends of curves, bests
  });

  test("each run's curve is read along its key", () => {
    const { database } = store;
    const plans: string[] = [];
    const spied = new Proxy(database, {
      get: (target, name) =>
        name === 'prepare'
          ? (sql: string) => {
              const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, key]) => [key, '[]']));
              const bound = sql.includes('?') ? ['[]'] : [named];
              const steps = target.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bound) as { detail: string }[];
              plans.push(steps.map(({ detail }) => detail).join('\n'));
              return target.prepare(sql);
            }
          : Reflect.get(target, name, target),
    });
    runTableQueries(spied);
    assert.ok(plans.length >= 3);
    for (const plan of plans) {
      assert.doesNotMatch(plan, /SCAN (m|r)\b/, plan);
      if (/\bm\b/.test(plan))
        assert.match(plan, /SEARCH m USING (PRIMARY KEY|(COVERING )?INDEX .*) \(run_id=\? AND metric_id=\?/, plan);
    }
  });
});
