/** From annotated pairs to a training set: flow, fates, dimensions left out; and which responses are collected. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BuildInput, type BuildOptions, buildSet, flowLines } from '../../../src/main/trm/data/build-set.ts';
import { FILTER_DEFAULTS } from '../../../src/main/trm/data/filters.ts';
import { spreadOverSteps } from '../../../src/main/trm/data/spread.ts';
import { DIMENSIONS } from '../../../src/shared/trm/annotations.ts';

const options: BuildOptions = { kind: 'holistic', filters: FILTER_DEFAULTS, capPerBin: 2, seed: 1, leaveOut: [] };
const input = (pairId: number, score: number | null, more: Partial<BuildInput> = {}): BuildInput => {
  const thinking = `step ${pairId} is here .`;
  const text = `<think> ${thinking} </think> <answer> 1 </answer>`;
  const plain = { pairId, score, thinking, text, truncated: false, outcomeReward: 1, step: 1 };
  return { ...plain, question: { id: 'q' }, dimensions: null, stepLabels: null, ...more };
};

describe('a build', () => {
  const inputs = [
    ...[1, 2, 3, 4].map((id) => input(id, 0.3)),
    input(5, 1),
    input(6, null),
    input(7, 0.5, { truncated: true }),
  ];

  it('tells the fate of every pair and the flow of counts', () => {
    const set = buildSet(inputs, options);
    const fates = set.pairs.map((pair) => pair.fate);
    assert.deepEqual(fates.slice(4), ['sampled', 'unscored', 'truncated']);
    assert.deepEqual([...fates.slice(0, 4)].sort(), ['not sampled', 'not sampled', 'sampled', 'sampled']);
    assert.deepEqual(set.pairs.flatMap(({ position }) => position ?? []).sort(), [0, 1, 2]);
    assert.deepEqual(set.flow.slice(0, 2), [
      { filter: 'unscored', switchedOn: true, dropped: 1, leftOver: 6 },
      { filter: 'truncated', switchedOn: true, dropped: 1, leftOver: 5 },
    ]);
    const lines = flowLines(set);
    assert.deepEqual(
      [lines[0], lines.at(-2), lines.at(-1)],
      ['collected 7', 'kept 5 (per interval 0 0 0 4 0 0 0 0 0 1)', 'sampled 3 (per interval 0 0 0 2 0 0 0 0 0 1)'],
    );
  });

  it('says which filters were off', () => {
    const set = buildSet(inputs, { ...options, filters: { ...FILTER_DEFAULTS, off: ['truncated'] } });
    assert.equal(set.flow.find((one) => one.filter === 'truncated')!.switchedOn, false);
    assert.equal(set.pairs.at(-1)!.fate, 'sampled');
  });

  it('scores anew without a dimension, and refuses where the annotator gave none', () => {
    const dimensions = Object.fromEntries(DIMENSIONS.map((name) => [name, name === 'redundancy' ? 0 : 1]));
    const leaveOut = ['redundancy'] as const;
    const set = buildSet([input(1, 0.9, { dimensions })], { ...options, leaveOut });
    assert.equal(set.pairs[0]!.score, 1);
    assert.throws(() => buildSet([input(1, 0.9)], { ...options, leaveOut }), /gave no scores per dimension/);
  });

  it('of step labels drops pairs that have none', () => {
    const labelled = input(2, 0.3, { stepLabels: [{ text: 'a', label: 'right' }] });
    const set = buildSet([input(1, 0.3), labelled], { ...options, kind: 'step' });
    assert.deepEqual(
      set.pairs.map((pair) => pair.fate),
      ['unscored', 'sampled'],
    );
  });
});

describe('collecting', () => {
  const responses = [1, 2].flatMap((runId) =>
    [1, 2, 3, 4, 5].flatMap((step) => Array.from({ length: 8 }, (_, i) => ({ runId, step, i }))),
  );
  it('takes as many of every step of every run, the same ones for the same seed', () => {
    const chosen = spreadOverSteps(responses, 20, 3);
    const counts = new Map<string, number>();
    for (const { runId, step } of chosen) counts.set(`${runId}/${step}`, (counts.get(`${runId}/${step}`) ?? 0) + 1);
    assert.deepEqual([...counts.values()], Array(10).fill(2));
    assert.deepEqual(spreadOverSteps(responses, 20, 3), chosen);
    assert.notDeepEqual(spreadOverSteps(responses, 20, 4), chosen);
  });

  it('takes all where there are no more', () => {
    assert.equal(spreadOverSteps(responses, 1000, 0).length, 80);
  });
});
