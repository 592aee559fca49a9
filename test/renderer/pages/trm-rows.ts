/** Rows of a small TRM workbench, for tests of its page: one data set, a queue half done, a build, a model, a validation of two raters. */
import type { Store } from '../../../src/main/store/store.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { DEPENDENCE_MEASURES, type Measure } from '../../../src/shared/trm/measures.ts';

const FILTERS = ['unscored', 'truncated', 'duplicate'] as const;

/** Fills an open home. */
export function addTrmRows(store: Store): void {
  const scores = Array.from({ length: 60 }, (_, n) => (n % 11) / 10);
  const { datasetId, pairIds } = store.addTrmDataset(
    'collected',
    {},
    scores.map((_, n) => ({
      question: generateQuestion('train', n),
      run: 'fleet-olive-1',
      step: n + 1,
      text: `<think> looked at ${n} </think> <answer> ${n} </answer>`,
      thinking: `looked at ${n}`,
      truncated: n % 20 === 3,
      outcomeReward: n % 2,
    })),
  );
  const annotationId = store.addTrmAnnotation(datasetId, 'rubric', 'rubric', {}, 1);
  const answer = {
    asking: 0,
    dimensions: null,
    stepLabels: null,
    attempts: 2,
    seconds: 0.5,
    promptTokens: 90,
    completionTokens: 4,
    cost: 0.002,
    reply: null,
  };
  store.putTrmScores(
    annotationId,
    pairIds.slice(0, 50).map((pairId, n) => ({
      ...answer,
      pairId,
      score: n === 7 ? null : scores[n]!,
      failure: n === 7 ? 'timeout' : null,
    })),
  );
  const fates = scores.map((_, n) =>
    n === 7 || n >= 50 ? 'unscored' : n % 20 === 3 ? 'truncated' : n % 9 === 0 ? 'not sampled' : 'sampled',
  );
  const left = (filters: readonly string[]) => fates.filter((fate) => !filters.includes(fate)).length;
  let place = 0;
  const buildId = store.addTrmBuild({
    name: 'first-build',
    kind: 'holistic',
    annotationId,
    options: {},
    flow: FILTERS.map((filter, i) => ({
      filter,
      switchedOn: filter !== 'duplicate',
      dropped: fates.filter((fate) => fate === filter).length,
      leftOver: left(FILTERS.slice(0, i + 1)),
    })),
    pairs: pairIds.map((pairId, n) => ({
      pairId,
      fate: fates[n]!,
      position: fates[n] === 'sampled' ? place++ : null,
      score: fates[n] === 'unscored' ? null : scores[n]!,
    })),
  });
  const modelId = store.addTrmModel({
    name: 'my-trm',
    kind: 'holistic',
    buildId,
    base: 'tiny-vl-base',
    folder: '/models/my-trm',
    settings: {},
    totalSteps: 40,
  });
  store.recordTrmSteps(
    modelId,
    Array.from({ length: 40 }, (_, i) => ({ step: i + 1, loss: 2 / (i + 2) })),
    42,
  );
  const figure = (
    split: string,
    rater: string,
    measure: Measure,
    value: number,
    half: number,
    part = '',
    versus = '',
  ) => ({ split, rater, versus, measure, part, value, low: value - half, high: value + half, count: 1999 });
  const raters = [
    { rater: 'trained', accuracy: 0.823 },
    { rater: 'untrained', accuracy: 0.553 },
  ];
  store.addTrmValidation({
    name: 'first-look',
    source: 'embedded',
    options: {},
    seconds: 95,
    figures: ['test', 'hard'].flatMap((split) => [
      figure(split, 'trained', 'pairwise-accuracy', 0.27, 0.03, '', 'untrained'),
      ...raters.flatMap(({ rater, accuracy }) => [
        figure(split, rater, 'pairwise-accuracy', accuracy, 0.024),
        figure(split, rater, 'mean-absolute-error', 1 - accuracy, 0.02),
        figure(split, rater, 'pairwise-accuracy', accuracy - 0.02, 0.05, 'category:chart'),
        figure(split, rater, 'spearman', accuracy - 0.1, 0.05, 'dimension:redundancy'),
        ...DEPENDENCE_MEASURES.map((measure, i) => figure(split, rater, measure, (i - 2) / 50, 0.03)),
      ]),
    ]),
    calibration: ['test', 'hard'].flatMap((split) =>
      raters.flatMap(({ rater, accuracy }) =>
        Array.from({ length: 9 }, (_, bin) => ({
          split,
          rater,
          bin,
          meanScore: bin / 10 + 0.05,
          meanTruth: 0.5 + (bin / 10 - 0.45) * accuracy,
          count: 20 * (bin + 1),
        })),
      ),
    ),
    responses: [],
  });
}
