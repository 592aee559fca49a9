import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wordQuery } from '../../../src/main/store/read/responses/response-filter.ts';
import { thin } from '../../../src/main/store/read/thin.ts';
import type { Series } from '../../../src/main/store/rows.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { sampleEvaluation, sampleResponse, sampleStep, startedRun, temporaryStore } from '../helpers.ts';

describe('responses', () => {
  const { store, studyId, runId } = startedRun();
  const otherId = store.listRuns({ studyId }).find((run) => run.id !== runId)!.id;
  store.startRun(otherId);
  for (let step = 1; step <= 6; step++) {
    store.recordEvent(runId, 1, sampleStep(step));
    const text = `Zebra "quoted" ünïcode step${step} <script>`;
    store.recordEvent(otherId, 1, sampleStep(step, { responses: [sampleResponse(step, 0, { text })] }));
  }
  const all = () => Array.from({ length: 6 }, (_, i) => sampleStep(i + 1).responses).flat();

  it('filters as a plain loop over the records would', () => {
    const count = (filter: Parameters<Store['responses']>[0]) =>
      store.responses({ runIds: [runId], ...filter }, { limit: 999 }).rows.length;
    assert.equal(count({}), 48);
    assert.equal(
      count({ exact: true, thinkingBelow: 0.4 }),
      all().filter((one) => one.exact === true && one.thinkingReward! < 0.4).length,
    );
    assert.equal(
      count({ exact: false, thinkingAbove: 0.6 }),
      all().filter((one) => one.exact === false && one.thinkingReward! > 0.6).length,
    );
    assert.equal(count({ gammaBelow1: true }), all().filter((one) => one.gamma! < 1).length);
    assert.equal(count({ fromStep: 2, toStep: 3 }), 16);
    assert.equal(count({ question: 'chart/train/4' }), 4);
    assert.equal(count({ question: 'chart/train/999' }), 0);
    assert.equal(count({ text: 'bar' }), all().filter((one) => /\bbar\b/.test(one.text)).length);
    assert.equal(
      count({ text: 'bar', exact: true }),
      all().filter((one) => /\bbar\b/.test(one.text) && one.exact === true).length,
    );
  });

  it('pages through everything once, in order, also across runs', () => {
    for (const filter of [{ studyId }, { studyId, text: 'the' }]) {
      const whole = store.responses(filter, { limit: 999 }).rows.map((row) => row.id);
      const paged: number[] = [];
      let after: string | null = null;
      do {
        const page = store.responses(filter, { limit: 7, after });
        assert.equal(page.total, whole.length);
        paged.push(...page.rows.map((row) => row.id));
        after = page.next;
      } while (after !== null);
      assert.deepEqual(paged, whole);
      assert.equal(new Set(paged).size, paged.length);
    }
  });

  it('searches words, phrases, beginnings and accents, and takes nothing as query language', () => {
    const total = (text: string, more = {}) => store.responses({ text, ...more }).total;
    assert.equal(total('zebra'), 6);
    assert.equal(total('zeb'), 6);
    assert.equal(total('unicode'), 6);
    assert.equal(total('"quoted ünïcode"'), 6);
    assert.equal(total('"unicode quoted"'), 0);
    assert.equal(total('zebra step3'), 1);
    assert.equal(total('zebra', { runIds: [runId] }), 0);
    assert.equal(total('zebra', { runIds: [otherId] }), 6);
    assert.equal(total('zebra', { runIds: [] }), 0);
    assert.equal(total('zebra', { studyId }), 6);
    assert.equal(total('zebra', { studyId: 99 }), 0);
    assert.equal(total('r1'), 0);
    for (const hostile of [
      '"',
      '""',
      '*',
      'a" OR "b',
      "'; DROP TABLE runs; --",
      'NEAR(a b)',
      'scope:r1',
      '{scope}:r1',
      'NOT',
      '^zebra',
      '-zebra',
      '(',
      '\u0000',
      '{',
    ])
      assert.doesNotThrow(() => total(hostile), hostile);
    assert.equal(wordQuery({ text: '* ( )' }), null);
  });

  it('gives the group of a question, and where else it was asked', () => {
    const group = store.stepResponses(runId, 2, 'chart/train/5');
    assert.deepEqual(
      group.map((row) => row.sample),
      [0, 1, 2, 3],
    );
    assert.deepEqual(store.whereAsked('chart/train/4'), [
      { runId, step: 2 },
      { runId: otherId, step: 2 },
    ]);
  });
});

describe('metrics and live updates', () => {
  it('gives only what is new since a cursor, each row once', () => {
    const { store, runId, attempt } = startedRun();
    const start = store.newestCursor();
    store.recordEvent(runId, attempt, sampleStep(1));
    const first = store.newRowsSince(start, { metrics: ['reward'] });
    assert.deepEqual(first.points, [{ runId, metric: 'reward', step: 1, value: 0.1 }]);
    store.recordEvent(runId, attempt, sampleStep(2));
    store.recordEvent(runId, attempt, sampleEvaluation(2, 'chart-test', 3));
    const second = store.newRowsSince(first.cursor, { metrics: ['reward', 'loss'], limit: 10 });
    assert.deepEqual(
      second.events.map((event) => [event.kind, event.step]),
      [
        ['step', 2],
        ['evaluation', 2],
      ],
    );
    assert.equal(second.points.length, 2);
    assert.deepEqual(store.newRowsSince(second.cursor), { cursor: second.cursor, more: false, events: [], points: [] });
    assert.equal(store.newRowsSince(start, { limit: 1 }).more, true);
    assert.deepEqual(store.metricSeries([runId], 'reward', { sinceStep: 1 }), [
      { runId, metric: 'reward', steps: [2], values: [0.2], total: 1 },
    ]);
    assert.deepEqual(store.metricSeries([runId], 'never heard of'), [
      { runId, metric: 'never heard of', steps: [], values: [], total: 0 },
    ]);
    const names = ['reward', 'loss', 'kl', 'num_tokens'];
    const other = store.listRuns().find((run) => run.id !== runId)!.id;
    assert.deepEqual([store.metricNames([runId]), store.metricNames([other, runId])], [names, names]);
    assert.deepEqual([store.metricNames([other]), store.metricNames([])], [[], []]);
  });

  it('names the metrics that were recorded without ever having a value', () => {
    const { store, runId, attempt } = startedRun();
    assert.deepEqual(store.emptyMetrics([runId]), []);
    store.recordEvent(runId, attempt, sampleStep(1));
    const other = store.listRuns().find((run) => run.id !== runId)!.id;
    assert.deepEqual([store.emptyMetrics([runId]), store.emptyMetrics([runId, other])], [['kl'], ['kl']]);
    store.startRun(other);
    store.recordEvent(other, 1, sampleStep(1, { metrics: { reward: null, kl: 0.5 } }));
    assert.deepEqual(store.emptyMetrics([other]), ['reward']);
    assert.deepEqual(store.emptyMetrics([runId, other]), []);
  });

  it('thins a curve without losing ends, spikes or gaps', () => {
    const values = Array.from({ length: 1000 }, (_, i) =>
      i === 500 ? 99 : i === 700 ? -99 : i >= 800 && i < 900 ? null : Math.sin(i),
    );
    const kept = thin(values, 100);
    assert.ok(kept.length <= 100);
    assert.deepEqual([kept[0], kept.at(-1)], [0, 999]);
    assert.ok(kept.includes(500) && kept.includes(700) && kept.some((i) => i >= 800 && i < 900));
    assert.deepEqual(
      thin(values, 1000),
      values.map((_, i) => i),
    );
  });

  it('gives each value with its own step where steps are missing', () => {
    const { store, runId, attempt } = startedRun();
    for (let step = 1; step <= 8; step++) {
      const kl = [1, 2, 4, 7, 8].includes(step) ? { kl: step === 4 ? null : step / 10 } : {};
      store.recordEvent(runId, attempt, { ...sampleStep(step), metrics: { loss: 1, ...kl } });
    }
    const part = (sinceStep: number, untilStep: number) => {
      const [{ steps, values }] = store.metricSeries([runId], 'kl', { sinceStep, untilStep }) as [Series];
      return [steps, values];
    };
    assert.deepEqual(part(-1, 99), [
      [1, 2, 4, 7, 8],
      [0.1, 0.2, null, 0.7, 0.8],
    ]);
    assert.deepEqual(part(1, 4), [
      [2, 4],
      [0.2, null],
    ]);
    assert.deepEqual(part(6, 8), [
      [7, 8],
      [0.7, 0.8],
    ]);
    assert.deepEqual(part(4, 6), [[], []]);
  });

  it('thins the curves of several runs to the same steps, and gives a part of them in full', () => {
    const { store, studyId, runId, attempt } = startedRun();
    const other = store.listRuns({ studyId }).find((run) => run.id !== runId)!.id;
    const second = store.startRun(other).attempt;
    for (let step = 1; step <= 60; step++)
      for (const [run, own] of [
        [runId, attempt],
        [other, second],
      ] as const)
        store.recordEvent(run, own, { ...sampleStep(step), metrics: { kl: run === runId ? Math.sin(step) : step } });
    const [a, b] = store.metricSeries([runId, other], 'kl', { maxPoints: 30 });
    assert.ok(a!.steps.length < 60 && a!.total === 60);
    const gaps = a!.steps.slice(1).map((step, i) => step - a!.steps[i]!);
    assert.ok(Math.max(...gaps) <= 4, 'no stretch is bridged by a straight line');
    assert.deepEqual(a!.steps, b!.steps, 'so that a mean over both is exact at each step that is drawn');
    const [part] = store.metricSeries([runId], 'kl', { sinceStep: 9, untilStep: 20, maxPoints: 30 });
    assert.deepEqual(
      part!.steps,
      Array.from({ length: 11 }, (_, i) => 10 + i),
    );
  });

  it('shows a study as its matrix, with newest metrics and time left at the present pace', () => {
    let clock = 1_000_000;
    const { store, studyId, runId, attempt } = startedRun(temporaryStore(() => clock));
    for (let step = 1; step <= 5; step++, clock += 2000) store.recordEvent(runId, attempt, sampleStep(step));
    const { study, cells } = store.studyMatrix(studyId, ['reward', 'kl', 'missing']);
    assert.deepEqual(
      cells.map((cell) => `${cell.variant}/${cell.seed}`),
      ['grpo/0', 'grpo/1', 'full/0', 'full/1'],
    );
    const cell = cells.find((cell) => cell.id === runId)!;
    assert.deepEqual(cell.metrics, { reward: 0.5, kl: null });
    assert.equal(cell.secondsLeft, 30);
    assert.deepEqual(
      [study.runs, study.states, study.stepsDone, study.stepsPlanned],
      [4, { queued: 3, running: 1 }, 5, 80],
    );
    const sparklines = store.metricSeries(
      cells.map((cell) => cell.id),
      'reward',
      { maxPoints: 4 },
    );
    assert.equal(sparklines.length, 4);
  });

  it('gives evaluations with what was answered', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleEvaluation(0, 'chart-test', 3));
    const [row] = store.evaluations([runId]);
    assert.deepEqual([row!.accuracy, row!.correct, row!.questions, row!.meanOutcome], [0.3, 3, 10, 0.3]);
    assert.deepEqual([row!.exact, row!.exactAccuracy], [3, 0.3]);
    const answers = store.evaluatedQuestions(row!.id);
    assert.deepEqual(
      answers.map((answer) => answer.correct),
      [true, true, true, ...Array(7).fill(false)],
    );
    assert.equal(answers[2]!.questionId, 'chart-test/2');
  });
});
