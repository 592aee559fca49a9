/** The table of all runs: studies of different worlds and questions beside one another, each figure with what it is a share of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runTable } from '../../../src/main/store/run-table/run-table.ts';
import { ALWAYS_USUAL } from '../../../src/shared/run-table/column.ts';
import { groupedRows, sortingOf } from '../../../src/shared/run-table/order.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { sampleEvaluation } from '../helpers.ts';
import { counting } from './counting.ts';
import { filled } from './filled.ts';

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
    assert.deepEqual(usual.slice(0, 7), ['run', 'study', 'variant', 'seed', 'accuracy', 'state', 'heldout']);
    assert.equal(total, 7);
    assert.ok(ALWAYS_USUAL.ofAll.every((id) => usual.includes(id)));
    const ofStudy = runTable(store, studyId).usual;
    assert.ok(ALWAYS_USUAL.ofStudy.every((id) => ofStudy.includes(id)));
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
    const { counted, calls } = counting(store);
    runTable(counted, null);
    // runs, plans, evaluations, names, settings of variants, evaluations of the runs that were cut off, ends of curves, bests
    assert.ok(calls() <= 8, String(calls()));
  });
});
