/** Measures, intervals, differences, calibration and probes on raters whose faults are known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rateThinking } from '../../../src/main/tasks/rubric/rate.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { calibrationOf, compareRaters } from '../../../src/main/trm/validation/compare-raters.ts';
import { type JudgedGroup, wordCount } from '../../../src/main/trm/validation/judged.ts';
import { averageRanks, OBSERVED } from '../../../src/main/trm/validation/measures.ts';
import { compareProbes, makeProbes } from '../../../src/main/trm/validation/probes.ts';
import { Random } from '../../../src/shared/values/random.ts';

const random = new Random(4);
const groups: JudgedGroup[] = Array.from({ length: 40 }, (_, g) => {
  const question = generateQuestion('test', g);
  const responses = Array.from({ length: 6 }, () => {
    const truth = random.int(0, 10) / 10;
    const thinking = Array(random.int(2, 30)).fill('word').join(' ');
    return { thinking, text: thinking, truth, outcome: random.int(0, 1), dimensions: null };
  });
  return { question, parts: [`category:${question.category}`], responses };
});
const rated = (score: (one: JudgedGroup['responses'][number]) => number | null) =>
  groups.map((group) => group.responses.map(score));
const raters = {
  perfect: rated((one) => one.truth),
  leaking: rated((one) => one.truth * 0.5 + 0.3 * one.outcome!),
  wordy: rated((one) => wordCount(one.thinking) / 40),
  none: rated(() => null),
  constant: rated(() => 0.5),
};
const all = Object.keys(OBSERVED) as (keyof typeof OBSERVED)[];
const figures = compareRaters(groups, raters, all);
const figure = (rater: string, measure: string, part = '', versus = '') =>
  figures.find(
    (figure) =>
      figure.rater === rater && figure.measure === measure && figure.part === part && figure.versus === versus,
  )!;

describe('measures', () => {
  it('give ties their mean rank', () => {
    assert.deepEqual(averageRanks([0.5, 0.1, 0.5, 0.9]), [2.5, 1, 2.5, 4]);
  });

  it('are perfect for the annotator itself', () => {
    assert.equal(figure('perfect', 'pairwise-accuracy').value, 1);
    assert.ok(Math.abs(figure('perfect', 'spearman').value! - 1) < 1e-9);
    assert.equal(figure('perfect', 'mean-absolute-error').value, 0);
    assert.ok(Math.abs(figure('perfect', 'answer-leak').value!) < 1e-9);
    assert.ok(Math.abs(figure('perfect', 'length-slope').value!) < 1e-9);
  });

  it('find a rater that sees the answer, and one that counts words', () => {
    assert.ok(Math.abs(figure('leaking', 'answer-leak').value! - 0.3) < 1e-9);
    assert.ok(figure('leaking', 'answer-leak').low! > 0.29);
    assert.ok(Math.abs(figure('wordy', 'length-slope').value! - 0.25) < 1e-9);
  });

  it('are null, not zero, where there is no score; and 1/2 of the pairs for a rater that ties all', () => {
    assert.equal(figure('none', 'pairwise-accuracy').value, null);
    assert.equal(figure('none', 'spearman').low, null);
    assert.equal(figure('none', 'unscored').value, 1);
    assert.equal(figure('constant', 'pairwise-accuracy').value, 0.5);
    assert.equal(figure('constant', 'spearman').value, null);
  });

  it('are told for each category, and as differences to the last rater with intervals', () => {
    assert.equal(figure('perfect', 'pairwise-accuracy', 'category:chart').value, 1);
    const gap = figure('perfect', 'pairwise-accuracy', '', 'constant');
    assert.deepEqual([gap.value, gap.low, gap.high], [0.5, 0.5, 0.5]);
    const wordy = figure('wordy', 'pairwise-accuracy', '', 'constant');
    assert.ok(wordy.low! < wordy.value! && wordy.value! < wordy.high!);
  });
});

describe('calibration', () => {
  it('sets mean score against mean truth, interval by interval', () => {
    const points = calibrationOf(groups, raters);
    for (const point of points.filter((point) => point.rater === 'perfect'))
      assert.ok(Math.abs(point.meanScore - point.meanTruth) < 1e-9);
    assert.deepEqual(
      points.filter((point) => point.rater === 'constant').map(({ bin, count }) => [bin, count]),
      [[5, 240]],
    );
  });
});

describe('probes', () => {
  const questions = Array.from({ length: 60 }, (_, i) => generateQuestion('test', 500 + i));
  const probes = makeProbes(questions, 1);
  const scores = (rate: (probe: (typeof probes)[number], thinking: string) => number | null) =>
    probes.map((probe) => [rate(probe, probe.plain), rate(probe, probe.changed)] as const);

  it('move the early slip behind the late one and add one word', () => {
    const slips = probes.filter((probe) => probe.measure === 'slip-position');
    assert.ok(slips.length >= 10);
    const place = (probe: (typeof probes)[number], thinking: string) =>
      rateThinking(probe.question, thinking).steps.findIndex((step) => step.label === 'wrong');
    for (const probe of slips) assert.ok(place(probe, probe.plain) < place(probe, probe.changed));
    const marked = probes.find((probe) => probe.measure === 'marker-therefore')!;
    assert.equal(wordCount(marked.changed), wordCount(marked.plain) + 1);
  });

  const found = (rated: ReturnType<typeof scores>, measure: string) =>
    compareProbes(probes, { rater: rated }).find((probe) => probe.measure === measure)!;

  it('find no position of a slip in the rubric, and all of a rater that punishes early ones', () => {
    const rubric = scores((probe, thinking) => rateThinking(probe.question, thinking).score);
    assert.ok(Math.abs(found(rubric, 'slip-position').value!) < 1e-9);
    const early = scores((probe, thinking) => {
      const { score } = rateThinking(probe.question, thinking);
      return thinking === probe.plain ? score - 0.1 : score;
    });
    assert.ok(Math.abs(found(early, 'slip-position').value! - 0.1) < 1e-9);
  });

  it('find all of a bonus for a word, and nothing where a rater does not heed it', () => {
    const bonus = scores((_, thinking) => (thinking.includes('therefore') ? 0.7 : 0.5));
    const therefore = found(bonus, 'marker-therefore');
    assert.ok(Math.abs(therefore.value! - 0.2) < 1e-9 && therefore.low! > 0.19);
    assert.equal(found(bonus, 'marker-so').value, 0);
  });

  it('tell each rater apart from the last one, paired probe by probe, with an interval', () => {
    const bonus = scores((_, thinking) => (thinking.includes('therefore') ? 0.7 : 0.5));
    const partly = bonus.map((pair, i) => (i % 5 === 0 ? ([null, null] as const) : pair));
    const none = scores(() => 0.5);
    const all = compareProbes(probes, { bonus, partly, none }).filter((probe) => probe.measure === 'marker-therefore');
    const gap = (rater: string) => all.find((one) => one.rater === rater && one.versus === 'none')!;
    assert.ok(Math.abs(gap('bonus').value! - 0.2) < 1e-9);
    assert.ok(gap('bonus').low! > 0.19 && gap('bonus').high! < 0.21);
    assert.ok(gap('partly').count < gap('bonus').count);
    assert.deepEqual(
      all.filter((one) => one.rater === 'none').map((one) => [one.versus, one.value]),
      [['', 0]],
    );
  });
});
