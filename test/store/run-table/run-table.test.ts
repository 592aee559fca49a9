/** The table of a study's runs: values by hand, few statements, and a filter that names columns nobody shows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runTable } from '../../../src/main/store/run-table/run-table.ts';
import { runTableQueries } from '../../../src/main/store/run-table/run-table-queries.ts';
import { groupedRows, sortingOf } from '../../../src/shared/run-table/order.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { curveEnd } from '../../../src/shared/values/curve-end.ts';
import { sampleEvaluation, temporaryStore } from '../helpers.ts';

const STEPS = 30;

/** Two variants of two seeds; kl grows by the step, the outcome reward ends early in every second run. */
function filled() {
  const store = temporaryStore();
  const yaml = `name: swept\nvariants: {low: {base: full, reward: {alpha: 0.1}}, high: {base: full, reward: {alpha: 1, trust: none}}}
seeds: [3, 4]\nbaseline: low\nsettings: {training: {totalSteps: ${STEPS}}}\n`;
  const { studyId } = store.addStudy(parseStudy(yaml, 'swept.yaml'));
  for (const { id, variant, seed } of store.listRuns({ studyId })) {
    if (variant === 'high' && seed === 4) continue; // it waits
    const { attempt } = store.startRun(id);
    const base = variant === 'high' ? 10 : 0;
    for (let step = 1; step <= STEPS; step++) {
      const kl = step === 5 ? -7 : base + step;
      const metrics = { kl, 'rewards/outcome/mean': step > 25 ? null : step / 100, grad_norm: null };
      store.recordEvent(id, attempt, { kind: 'step', step, metrics, responses: [] });
    }
    for (const [step, right] of [
      [0, 2],
      [15, 9],
      [STEPS, 6],
    ] as const)
      for (const benchmark of ['chart-test', 'chart-hard'])
        store.recordEvent(id, attempt, sampleEvaluation(step, benchmark, right - (benchmark === 'chart-hard' ? 1 : 0)));
    store.recordEvent(id, attempt, { kind: 'finished', step: STEPS, seconds: 12, weightsHash: 'w' });
  }
  return { store, studyId };
}

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
    let statements = 0;
    const counted = new Proxy(store, {
      get: (target, name) => {
        const method = target[name as keyof typeof target];
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          statements++;
          return (method as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    runTable(counted, studyId, { columns: ['kl', 'reward.alpha', 'accuracy/test', 'rewards/outcome/mean:best'] });
    assert.equal(statements, 7); // study, runs, settings, evaluations, names, ends of curves, bests
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

describe('the table of all runs', () => {
  const { store, studyId } = filled();
  const RUNS = ['run', 'study', 'variant'];
  /** A study of another world, sampled; one of the everyday world with more questions; one that only waits. */
  const study = (name: string, world: string, variants = 'full') =>
    store.addStudy(
      parseStudy(
        `name: ${name}\nvariants: {${variants}: {title: Whole}}\nseeds: [3]\nsettings: {data: {world: ${world}}}\n`.replace(
          '{title: Whole}',
          '{base: full, title: Whole}',
        ),
        'x',
      ),
    ).studyId;
  const [shortcut, larger, waiting] = [
    study('short', 'shortcut', 'mine'),
    study('larger', 'everyday', 'mine'),
    study('waits', 'everyday'),
  ];
  const evaluated = (study: number, events: ReturnType<typeof sampleEvaluation>[]) => {
    const [run] = store.listRuns({ studyId: study });
    const { attempt } = store.startRun(run!.id);
    for (const event of events) store.recordEvent(run!.id, attempt, event);
    return run!.id;
  };
  evaluated(shortcut, [
    { ...sampleEvaluation(10, 'shortcut-shifted', 7), mode: 'sampled' },
    { ...sampleEvaluation(10, 'shortcut-shifted', 1), mode: 'greedy' },
  ]);
  // The newest evaluation of the larger one was cut off after its first benchmark: the one before it stands.
  const other = (step: number, benchmark: string, right: number) => ({
    ...sampleEvaluation(step, benchmark, right),
    benchmarkHash: 'of other questions',
  });
  evaluated(larger, [...[other(10, 'chart-test', 10), other(10, 'table-test', 5), other(20, 'chart-test', 1)]]);

  const read = (columns: string[], more: object = {}) => runTable(store, null, { columns, ...more });

  test('has a study column, accuracy whatever it is called, and which questions that is a share of', () => {
    const { usual, rows, total, study, columns } = runTable(store, null);
    assert.equal(study, null);
    assert.deepEqual(usual.slice(0, 7), ['run', 'study', 'variant', 'seed', 'state', 'accuracy', 'heldout']);
    assert.equal(total, 7);
    assert.deepEqual(rows.map(({ study, title }) => `${study} ${title}`).slice(0, 3), [
      'waits Whole',
      'larger Whole',
      'short Whole',
    ]);
    const ids = columns.map(({ id }) => id);
    for (const id of ['accuracy', 'accuracy:best', 'accuracy/test', 'accuracy/shortcut-shifted', 'heldout'])
      assert.ok(ids.includes(id), id);
    assert.ok(!runTable(store, studyId).columns.some(({ id }) => id === 'accuracy'), 'of one study: its own names');
  });

  test('each accuracy is of its own study, drawn as that has it; what was cut off is not read', () => {
    const { rows, questionSets } = read([...RUNS, 'accuracy', 'heldout', 'accuracy/test', 'accuracy/shortcut-shifted']);
    const told = rows.map(({ study, values, sets }) => [
      ...[study, values.accuracy, values['accuracy/test'], values['accuracy/shortcut-shifted'], values.heldout],
      sets.accuracy === undefined ? null : questionSets[sets.accuracy],
    ]);
    const sampled = 'shortcut-shifted, 10 questions, sampled';
    const [two, one] = ['test split of 2 categories, 20 questions, greedy', 'chart-test, 10 questions, greedy'];
    assert.deepEqual(told.slice(0, 4), [
      ['waits', null, null, null, null, null],
      ['larger', 0.75, 0.75, null, two, two],
      ['short', 0.7, null, 0.7, sampled, sampled],
      ['swept', null, null, null, null, null],
    ]);
    assert.deepEqual(told[5], ['swept', 0.6, 0.6, null, one, one]);
    const best = read(['accuracy:best']).rows.map(({ study, values }) => [study, values['accuracy:best']]);
    assert.deepEqual(best.slice(1, 3), [
      ['larger', 0.75],
      ['short', 0.7],
    ]);
    assert.deepEqual(best.at(-1), ['swept', 0.9]);
  });

  test('benchmarks of one name and size are different questions where their hash is, and the words say so', () => {
    const twin = study('twin', 'everyday', 'mine');
    const run = evaluated(twin, [other(30, 'chart-test', 5)]);
    const { rows } = read(['heldout'], { filter: 'heldout ~ "chart-test, 10"' });
    const words = [...new Set(rows.map(({ values }) => values.heldout))];
    assert.equal(words.length, 2);
    for (const text of words) assert.match(String(text), /^chart-test, 10 questions, greedy \([0-9a-f]{6}\)$/);
    const { attempt } = store.run(run);
    store.recordEvent(run, attempt, { kind: 'finished', step: 30, seconds: 1, weightsHash: 'w' });
    store.deleteStudy(twin);
  });

  test('a group of runs with different questions has no mean of them, one with the same has', () => {
    const { rows, columns } = read(['study', 'variant', 'accuracy', 'seed']);
    const shown = columns.filter(({ id }) => ['accuracy', 'seed'].includes(id));
    const groups = groupedRows(rows, 'variant', shown, sortingOf('-accuracy'));
    const mine = groups.find(({ value }) => value === 'mine');
    assert.deepEqual([mine!.mixed, mine!.figures.accuracy], [{ accuracy: 2 }, undefined]);
    assert.equal(mine!.figures.seed!.mean, 3);
    const low = groups.find(({ value }) => value === 'low');
    assert.deepEqual([low!.mixed, low!.figures.accuracy!.mean, low!.figures.accuracy!.n], [{}, 0.6, 2]);
    assert.equal(groups.at(-1)!.figures.accuracy, undefined, 'what has no mean comes last');
  });

  test('filters go by study and accuracy, words look into names and notes', () => {
    const [run] = store.listRuns({ studyId: waiting });
    store.setRunNotes(run!.id, 'Too SLOW for this machine');
    const names = (more: object) => read(['study'], more).rows.map(({ study }) => study);
    assert.deepEqual(names({ filter: 'accuracy > 60%' }), ['larger', 'short']);
    assert.deepEqual(names({ filter: 'study ~ "short" or heldout ~ "20 questions"' }), ['larger', 'short']);
    assert.deepEqual(names({ find: 'machine slow' }), ['waits']);
    assert.deepEqual(names({ find: 'seed 3 mine' }), ['larger', 'short']);
  });

  test('statements do not grow with the runs', () => {
    let statements = 0;
    const counted = new Proxy(store, {
      get: (target, name) => {
        const method = target[name as keyof typeof target];
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          statements++;
          return (method as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    runTable(counted, null);
    // runs, plans, evaluations, names, settings of variants, evaluations of the runs that were cut off, ends of curves, bests
    assert.ok(statements <= 8, String(statements));
  });
});
