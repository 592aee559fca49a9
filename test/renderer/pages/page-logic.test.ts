import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { withoutValue } from '../../../src/renderer/pages/new-study/setting-patch.ts';
import { crossedVariants, levelsOf } from '../../../src/renderer/pages/new-study/variants/factor-levels.ts';
import { markedParts } from '../../../src/renderer/pages/rollouts/response-text.ts';
import { type ForestBlock, reachOf, whySeeds } from '../../../src/renderer/pages/study/forest.ts';
import {
  bytes,
  count,
  describeLoad,
  duration,
  number,
  percent,
  roughly,
  signedPercent,
} from '../../../src/renderer/text/format.ts';
import { editedText, fieldsOf, withVariants } from '../../../src/renderer/text/study-fields.ts';
import { metricSections } from '../../../src/renderer/ui/curves/metric-sections.ts';
import { METRICS } from '../../../src/shared/run/metrics.ts';
import { settingLeaves } from '../../../src/shared/settings/setting-paths.ts';
import { accuracyCharts, accuracyCurve } from '../../../src/shared/study/accuracy-curves.ts';
import { differingPaths } from '../../../src/shared/study/arm-differences.ts';
import { checkStudy, planRuns } from '../../../src/shared/study/study.ts';
import { responseParts } from '../../../src/shared/text/response-parts.ts';

describe('numbers as printed', () => {
  test('what is not there is a dash, never 0', () => {
    assert.deepEqual([number(null), percent(null), duration(null)], ['–', '–', '–']);
  });
  test('each size has its form', () => {
    assert.deepEqual(
      [number(0.12345), number(1234567), number(0.00001), number(250.04), number(15163.52), number(-1183.7)],
      ['0.123', '1.23e+6', '1.00e−5', '250.0', '15,164', '−1,184'],
    );
    assert.deepEqual(
      [duration(59.4), duration(95), duration(5400), duration(200_000)],
      ['59 s', '1 min 35 s', '1 h 30 min', '2 d 7 h'],
    );
    assert.deepEqual([3.4, 47, 100, 1559, 3580, 5400].map(roughly), [
      '3 s',
      '45 s',
      '2 min',
      '26 min',
      '1 h 0 min',
      '1 h 30 min',
    ]);
    assert.deepEqual([0.05, -0.012, 0, -0.0004].map(signedPercent), ['+5.0', '−1.2', '0.0', '0.0']);
    assert.deepEqual(
      [bytes(0), bytes(1536), count(1, 'run'), count(1000, 'run')],
      ['0 B', '1.5 KiB', '1 run', '1,000 runs'],
    );
  });
});

test('the load of a phase in words, and nothing where it was not measured', () => {
  assert.equal(describeLoad(undefined), '');
  assert.equal(
    describeLoad({ seconds: 72, cpuCores: 1.84, freeMiB: 5222 }),
    ': 1 min 12 s, 1.8 cores busy, 5.1 GiB free',
  );
  assert.equal(describeLoad({ seconds: 0, cpuCores: null, freeMiB: 512 }), ': 0 s, 512.0 MiB free');
});

describe('a response taken apart', () => {
  test('thinking, answer and what is outside', () => {
    assert.deepEqual(responseParts('<think> a </think> <answer> 7 </answer>'), {
      thinking: 'a',
      answer: '7',
      rest: '',
    });
    assert.deepEqual(responseParts('<think> cut off'), { thinking: 'cut off', answer: null, rest: '' });
    assert.deepEqual(responseParts('no tags'), { thinking: null, answer: null, rest: 'no tags' });
    assert.deepEqual(responseParts('x <think>a</think><answer>1</answer><answer>2</answer> y'), {
      thinking: 'a',
      answer: '2',
      rest: 'x <answer>1</answer> y',
    });
  });
});

describe('what the verdict says beside its plots', () => {
  test('seeds are suggested with what they are good for', () => {
    assert.match(
      whySeeds(0.02, 4, 0, 3),
      /^2\.0 points in the main measure of every declared contrast need 4 more seeds \(/,
    );
    assert.match(
      whySeeds(0.02, 32, 1, 3),
      /^2\.0 points in the main measure of 2 of 3 contrasts need 32 more seeds .+ For the others no number of seeds finds them on these questions\.$/,
    );
    assert.match(whySeeds(0.02, 0, 2, 2), /^No number of seeds finds 2\.0 points on these questions\. More seeds/);
    assert.match(whySeeds(0.02, 2, 1, 1), /^An interval counts from 5 seeds on, so 2 more seeds\./);
  });
  test('an axis ends at a round number, beyond 100 points too', () => {
    const block = (high: number) =>
      [{ effects: [{ unit: 'points', difference: 0.7, low: 0.4, high, perSeed: [] }] }] as unknown as ForestBlock[];
    assert.deepEqual(
      [0.03, 0.92, 1, 1.07].map((high) => reachOf(block(high), 'points')),
      [1, 1, 1, 1.2],
    );
  });
});

test('what a search matched is marked, whole words and beginnings, and markup in it stays text', () => {
  const marked = (text: string, search: string) =>
    markedParts(text, search).flatMap((part) => (part.isMatch ? [part.text] : []));
  assert.deepEqual(marked('The total is 4. Subtotal 3.', 'TOT "is 4"'), ['tot', 'is 4']);
  assert.deepEqual(marked('a (b) [c] <b>x</b>', '(b) <b'), ['(b)', '<b']);
  assert.deepEqual(markedParts('as it is', '  '), [{ text: 'as it is', isMatch: false }]);
  assert.equal(
    markedParts('a total of', 'total')
      .map((part) => part.text)
      .join(''),
    'a total of',
  );
});

describe('the form of a study', () => {
  test('a file goes through the form and back unchanged in meaning', () => {
    const text =
      'name: a\nbaseline: grpo\nvariants: [grpo, full]\nseeds: [1, 2]\nsettings: { reward: { alpha: 0.5 } }\n';
    const again = editedText('', { ...fieldsOf(parse(text)) });
    assert.deepEqual(checkStudy({ ...parse(again), baseline: 'grpo' }, 'again'), checkStudy(parse(text), 'text'));
  });
  test('an edit of the form keeps comments and what the form does not know', () => {
    const text = '# Why: a first look.\nname: a # short\nbaseline: full\nvariants: [grpo, full]\n';
    const edited = editedText(text, { seeds: [4, 5], description: '' });
    assert.match(edited, /# Why: a first look\.\nname: a # short\nbaseline: full/);
    assert.match(edited, /seeds: \[ ?4, 5 ?\]/);
  });
  test('declared contrasts come out of a file, go back into it on one line, and leave it where there are none', () => {
    const text = editedText('name: a\nvariants: [grpo, full]\n', { contrasts: ['full - grpo'] });
    assert.match(text, /^contrasts: \[ ?full - grpo ?\]$/m);
    assert.deepEqual(fieldsOf(parse(text)).contrasts, ['full - grpo']);
    assert.doesNotMatch(editedText(text, { contrasts: [] }), /contrasts/);
  });

  test('a variant that is taken away takes the baseline and the contrasts that name it along', () => {
    const yaml =
      'name: a\nvariants: [grpo, full, wo-trust]\nbaseline: grpo\ncontrasts: [full - grpo, full - wo-trust]\nseeds: [0]\n';
    const fields = fieldsOf(parse(yaml));
    const without = (name: string) =>
      withVariants(
        fields,
        fields.variants.filter((variant) => variant.name !== name),
      );
    const left = editedText(yaml, without('grpo'));
    assert.equal(left, 'name: a\nvariants: [ full, wo-trust ]\ncontrasts: [ full - wo-trust ]\nseeds: [ 0 ]\n');
    assert.equal(checkStudy(parse(left), left).baseline, 'full');
    assert.deepEqual(without('wo-trust'), {
      variants: [{ name: 'grpo' }, { name: 'full' }],
      contrasts: ['full - grpo'],
    });
  });
  test('variants with settings of their own are shown as they are', () => {
    const variants = [{ name: 'mine', value: { reward: { alpha: 1 } } }, { name: 'grpo' }];
    const listed = fieldsOf({ name: 'a', variants: [{ mine: { reward: { alpha: 1 } } }, 'grpo'] });
    assert.deepEqual(listed.variants, variants);
    assert.deepEqual(fieldsOf({ variants: { mine: { reward: { alpha: 1 } }, grpo: null } }).variants, variants);
    assert.deepEqual(fieldsOf(parse(editedText('', listed))).variants, variants);
  });
  test('a text that is no study makes an empty form, not an error', () => {
    for (const bad of [null, 7, 'x', [], { seeds: 'x', settings: 3 }]) assert.equal(fieldsOf(bad).variants.length, 2);
  });
  test('a value taken back leaves no empty groups', () => {
    assert.deepEqual(withoutValue({ reward: { alpha: 1 } }, 'reward.alpha'), {});
    assert.deepEqual(withoutValue({ reward: { alpha: 1, trust: 'none' } }, 'reward.alpha'), {
      reward: { trust: 'none' },
    });
    assert.deepEqual(withoutValue({}, 'reward.alpha'), {});
  });
});

describe('factors x levels', () => {
  const leaf = (path: string) => settingLeaves().find((leaf) => leaf.path === path)!;
  test('levels are values of the setting, or none at all', () => {
    assert.deepEqual(levelsOf(leaf('reward.alpha'), '0.1, 1'), [0.1, 1]);
    assert.deepEqual(levelsOf(leaf('reward.trust'), 'exp,none'), ['exp', 'none']);
    assert.deepEqual(levelsOf(leaf('reward.annealing'), 'on, off, linear'), ['exp', 'none', 'linear']);
    assert.deepEqual(levelsOf(leaf('reward.shuffled'), 'on, off'), [true, false]);
    assert.equal(levelsOf(leaf('reward.trust'), 'on, exp'), null, 'one level under two words');
    for (const [path, text] of [
      ['reward.alpha', '0.1, 11'],
      ['reward.alpha', 'much'],
      ['reward.trust', 'often'],
      ['training.totalSteps', '1.5'],
      ['reward.alpha', '1, 1'],
    ] as const)
      assert.equal(levelsOf(leaf(path), text), null, `${path} ${text}`);
  });
  test('every combination becomes an arm that a study accepts, pure in the named factors', () => {
    const made = crossedVariants('full', [
      { leaf: leaf('reward.alpha'), levels: [0.1, 1] },
      { leaf: leaf('reward.trust'), levels: ['exp', 'none'] },
    ]);
    assert.deepEqual(made[0], {
      name: 'full-alpha-0.1-trust-on',
      value: { base: 'full', reward: { alpha: 0.1, trust: 'exp' } },
    });
    const text = editedText('', { name: 'crossed', variants: made, factors: ['reward.alpha', 'reward.trust'] });
    assert.equal(checkStudy(parse(text), 'crossed').variants.length, 4);
  });
});

test('arms of the paper differ exactly in what their names say', () => {
  const study = checkStudy({ name: 'a', variants: ['wo-trust', 'full'], seeds: [0, 1] }, 'test');
  assert.deepEqual(differingPaths(planRuns(study).map((run) => run.settings)), ['reward.trust']);
});

test('every declared metric has a section, and an unknown one too', () => {
  const sections = metricSections([...Object.keys(METRICS), 'own/metric']);
  assert.equal(sections.flatMap((section) => section.metrics).length, Object.keys(METRICS).length + 1);
  assert.deepEqual(sections.at(-1), { title: 'Other', metrics: ['own/metric'] });
});

describe('curves of accuracy on the page of a study', () => {
  type Evaluations = Parameters<typeof accuracyCharts>[1];
  const rows = (...modes: ('greedy' | 'sampled')[]) =>
    modes.map((mode) => ({ runId: 1, step: 8, benchmark: 'flattery-test', mode, exact: 3, exactAccuracy: 0.75 }));
  const drawn = (evaluations: Evaluations) =>
    accuracyCharts('flattery', evaluations).map((chart) => [
      chart.title,
      accuracyCurve(evaluations, 1, chart).values.length,
    ]);

  test('of a world they are sampled, as its table is, and greedy where its runs answered so alone', () => {
    const both = rows('greedy', 'sampled') as unknown as Evaluations;
    assert.deepEqual(drawn(both), [['Accuracy on flattery-test, sampled', 1]]);
    const greedy = rows('greedy') as unknown as Evaluations;
    assert.deepEqual(drawn(greedy), [['Accuracy on flattery-test, greedy', 1]]);
  });
});
