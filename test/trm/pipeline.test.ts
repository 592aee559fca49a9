/** Filters, interval sampling and pairwise accuracy on hand-made records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { FILTER_DEFAULTS, filterRecords } from '../../src/main/trm/data/filters.ts';
import type { TrmRecord } from '../../src/main/trm/data/record.ts';
import { binOf, countBins, sampleBins } from '../../src/main/trm/data/sample-bins.ts';
import { pairwiseAccuracy } from '../../src/main/trm/validation/pairwise.ts';

const question = generateQuestion('train', 0);

function record(thinking: string, more: Partial<TrmRecord> = {}): TrmRecord {
  const text = `<think> ${thinking} </think> <answer> 1 </answer>`;
  return { question, thinking, text, truncated: false, outcomeReward: 1, step: 1, score: 0.5, ...more };
}

describe('filters', () => {
  it('drop each fault under its own name and keep the rest', () => {
    const good = record('the red bar is 5 .');
    const { kept, dropped } = filterRecords([
      good,
      record('the red bar is 6 .', { score: null }),
      record('the red bar is 7 .', { truncated: true }),
      record('the red bar is 8 .', { text: 'no tags' }),
      record(''),
      record('so 1'),
      record('a '.repeat(300)),
      record('the red bar is 5 .'),
      record('the red bar is 9 .', { scoreAgain: 0.9 }),
    ]);
    assert.deepEqual(kept, [good]);
    assert.deepEqual(dropped, {
      unscored: 1,
      truncated: 1,
      malformed: 1,
      empty: 1,
      'too-short': 1,
      'too-long': 1,
      duplicate: 1,
      contradicting: 1,
    });
  });

  it('can be switched off one by one', () => {
    const { kept } = filterRecords([record('so 1')], { ...FILTER_DEFAULTS, off: ['too-short'] });
    assert.equal(kept.length, 1);
  });
});

describe('interval sampling', () => {
  it('puts 0.1 in the second interval and 1.0 in the last', () => {
    assert.deepEqual([0, 0.1, 0.3, 0.7, 0.9, 1].map(binOf), [0, 1, 3, 7, 9, 9]);
  });

  it('takes at most the cap of each interval, the same ones for the same seed', () => {
    const records = Array.from({ length: 100 }, (_, i) => record(`step ${i} is here .`, { score: i < 80 ? 0.2 : 0.9 }));
    const drawn = sampleBins(records, 10, 1);
    assert.deepEqual(countBins(drawn), [0, 0, 10, 0, 0, 0, 0, 0, 0, 10]);
    assert.deepEqual(sampleBins(records, 10, 1), drawn);
    assert.notDeepEqual(sampleBins(records, 10, 2), drawn);
  });
});

describe('pairwise accuracy', () => {
  it('counts right, wrong and tied pairs, leaves out what the annotator ties and what was not scored', () => {
    const result = pairwiseAccuracy([
      { truth: [1, 0], rated: [0.9, 0.1] }, // right
      { truth: [1, 0], rated: [0.1, 0.9] }, // wrong
      { truth: [1, 0], rated: [0.5, 0.5] }, // tie: one half
      { truth: [0.5, 0.5], rated: [0.1, 0.9] }, // no pair
      { truth: [1, 0], rated: [null, 0.9] }, // unscored
    ]);
    assert.equal(result.accuracy, 0.5);
    assert.deepEqual([result.pairs, result.ties, result.unscored], [3, 1, 1]);
    assert.ok(result.low <= 0.5 && result.high >= 0.5);
  });

  it('is one for a perfect rater, with an interval of no width', () => {
    const { accuracy, low, high } = pairwiseAccuracy([{ truth: [0, 0.5, 1], rated: [0.1, 0.2, 0.3] }]);
    assert.deepEqual([accuracy, low, high], [1, 1, 1]);
  });
});
