/** The TRM workbench's tables: a data set, its annotation, a build, a model, a validation; stopped half-way and gone on with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewScore } from '../../../src/main/store/trm/annotations.ts';
import type { NewPair } from '../../../src/main/store/trm/datasets.ts';
import { sampleQuestion, sampleStep, startedRun, temporaryStore } from '../helpers.ts';

const pair = (n: number): NewPair => ({
  question: sampleQuestion(`chart/train/${n}`),
  run: 'a-run-1',
  step: n,
  text: `<think> step ${n} </think> <answer> 1 </answer>`,
  thinking: `step ${n}`,
  truncated: n === 2,
  outcomeReward: n % 2,
});
const answer = (pairId: number, more: Partial<NewScore> = {}): NewScore => ({
  pairId,
  asking: 0,
  score: 0.5,
  failure: null,
  dimensions: null,
  stepLabels: null,
  attempts: 1,
  seconds: 0.1,
  promptTokens: 100,
  completionTokens: 5,
  cost: 0.01,
  reply: '0.5',
  ...more,
});

function annotated(askings = 1) {
  const store = temporaryStore();
  const { datasetId, pairIds } = store.addTrmDataset('first', { runs: ['a-run-1'] }, [0, 1, 2, 3].map(pair));
  const id = store.addTrmAnnotation(datasetId, 'rubric', 'rubric', { noise: 0 }, askings);
  return { store, datasetId, pairIds, id };
}

describe('data sets of the TRM', () => {
  it('keep their pairs in order and say where they come from', () => {
    const { store, datasetId } = annotated();
    const [row] = store.trmDatasets();
    assert.deepEqual([row!.name, row!.pairs, row!.runs, row!.firstStep, row!.lastStep], ['first', 4, 1, 0, 3]);
    assert.deepEqual(
      store.trmPairs(datasetId, 1, 1).map(({ step, questionId, truncated }) => [step, questionId, truncated]),
      [[2, 'chart/train/2', true]],
    );
    assert.throws(() => store.addTrmDataset('first', {}, []), /already a data set of the TRM named "first"/);
    assert.throws(() => store.trmDatasetId('frist'), /There is no data set of the TRM "frist". Did you mean "first"/);
  });

  it('are collected from the responses of runs', () => {
    const { store, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    store.recordEvent(runId, attempt, sampleStep(2));
    const found = store.collectable([runId]);
    assert.deepEqual([found.length, found[0]!.step, found.at(-1)!.step], [16, 1, 2]);
    const chosen = store.responsesToCollect([found[9]!.id, found[0]!.id]);
    assert.deepEqual(
      chosen.map(({ step, run }) => [step, run]),
      [
        [2, store.run(runId).name],
        [1, store.run(runId).name],
      ],
    );
  });
});

describe('annotations', () => {
  it('wait for exactly the pairs without an answer, second askings last', () => {
    const { store, pairIds, id } = annotated(2);
    store.putTrmScores(id, [answer(pairIds[1]!), answer(pairIds[0]!, { score: null, failure: 'timeout' })]);
    const waiting = store.waitingPairs(id).map(({ pairId, asking }) => [pairIds.indexOf(pairId), asking]);
    assert.deepEqual(waiting, [
      [2, 0],
      [3, 0],
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    assert.equal(store.waitingPairs(id, true).length, 7);
    const row = store.trmAnnotation(id);
    assert.deepEqual([row.total, row.scored, row.failed, row.waiting, row.failures], [8, 1, 1, 6, { timeout: 1 }]);
  });

  it('add up attempts, tokens and cost where a failed pair is asked anew', () => {
    const { store, pairIds, id } = annotated();
    store.putTrmScores(id, [answer(pairIds[0]!, { score: null, failure: 'no_score', attempts: 3, cost: null })]);
    store.putTrmScores(id, [answer(pairIds[0]!, { cost: 0.02 })]);
    const row = store.trmAnnotation(id);
    assert.deepEqual(
      [row.attempts, row.promptTokens, row.completionTokens, row.cost, row.scored],
      [4, 200, 10, 0.02, 1],
    );
  });
});

describe('builds', () => {
  it('hold the fate of every pair, the flow and the histograms', () => {
    const { store, pairIds, id } = annotated();
    store.putTrmScores(
      id,
      pairIds.map((pairId, i) => answer(pairId, { score: [0.3, 0.3, 1, 0.7][i]! })),
    );
    const fates = ['not sampled', 'sampled', 'truncated', 'sampled'];
    const places = [null, 1, null, 0];
    const build = store.addTrmBuild({
      name: 'small',
      kind: 'holistic',
      annotationId: id,
      options: { cap: 1 },
      flow: [{ filter: 'truncated', switchedOn: true, dropped: 1, leftOver: 3 }],
      pairs: pairIds.map((pairId, i) => ({
        pairId,
        fate: fates[i]!,
        position: places[i]!,
        score: [0.3, 0.3, 1, 0.7][i]!,
      })),
    });
    const { collected, kept, sampled } = store.trmBuild('small');
    assert.deepEqual([collected, kept, sampled], [4, 3, 2]);
    const { before, filtered, sampled: drawn } = store.trmHistogram(build);
    assert.deepEqual([before[3], before[7], before[9]], [2, 1, 1]);
    assert.deepEqual([filtered[3], filtered[9], drawn[3]], [2, 0, 1]);
    assert.deepEqual(
      store.builtPairs(build).map((row) => pairIds.indexOf(row.id)),
      [3, 1],
    );
    assert.deepEqual(
      store.trmBuildPairs(build, 'truncated').map((row) => row.id),
      [pairIds[2]],
    );
    assert.equal(store.trmFlow(build)[0]!.switchedOn, true);
  });
});

describe('trained TRMs and validations', () => {
  it('keep losses, state, figures and judged responses', () => {
    const { store, id, pairIds } = annotated();
    const buildId = store.addTrmBuild({
      name: 'b',
      kind: 'step',
      annotationId: id,
      options: {},
      flow: [],
      pairs: [{ pairId: pairIds[0]!, fate: 'sampled', position: 0, score: 1 }],
    });
    const model = { name: 'm', kind: 'step', buildId, base: 'tiny-vl-base', folder: '/f', settings: {} } as const;
    const modelId = store.addTrmModel({ ...model, totalSteps: 2 });
    store.recordTrmSteps(modelId, [{ step: 1, loss: 2 }], 1.5);
    store.recordTrmSteps(modelId, [{ step: 2, loss: 1 }], 0.5);
    store.setTrmModelState(modelId, 'finished', null, 'hash');
    const row = store.trmModel('m');
    assert.deepEqual([row.state, row.step, row.seconds, row.weightsHash, row.build], ['finished', 2, 2, 'hash', 'b']);
    assert.deepEqual(store.trmLosses(modelId), [
      { step: 1, loss: 2 },
      { step: 2, loss: 1 },
    ]);
    const figure = {
      split: 'test',
      rater: 'm',
      versus: '',
      measure: 'spearman',
      part: '',
      low: 0.1,
      high: 0.3,
    } as const;
    const validation = store.addTrmValidation({
      name: 'v',
      source: 'embedded',
      options: {},
      seconds: 1,
      figures: [{ ...figure, value: 0.2, count: 9 }],
      calibration: [{ split: 'test', rater: 'm', bin: 3, meanScore: 0.3, meanTruth: 0.4, count: 2 }],
      responses: [
        {
          split: 'test',
          position: 0,
          question: sampleQuestion('chart/test/1'),
          text: 't',
          truth: 0.4,
          outcomeReward: null,
          scores: { m: 0.3, other: null },
        },
      ],
    });
    const detail = store.trmValidation(validation);
    assert.deepEqual(detail.figures, [{ ...figure, value: 0.2, count: 9 }]);
    assert.equal(detail.calibration[0]!.meanTruth, 0.4);
    assert.deepEqual(store.trmValidatedResponses(validation, 'test')[0]!.scores, { m: 0.3, other: null });
  });
});
