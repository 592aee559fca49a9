/** What a study says, on studies whose effects are known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { studyVerdict, type Verdict } from '../../../src/main/store/verdict/verdict.ts';
import { knownStudy, seeds } from './measured-verdict.ts';

const near = (value: number | null | undefined, expected: number, within = 1e-6) =>
  assert.ok(value != null && Math.abs(value - expected) < within, `${value} is not ${expected}`);
const effectOf = (verdict: Verdict, title: RegExp, contrast = 0) =>
  verdict.contrasts[contrast]!.effects.find((effect) => title.test(effect.title));
const sentences = (verdict: Verdict): string[] => [
  ...verdict.contrasts.flatMap(({ sentence, effects }) => [sentence, ...effects.map((effect) => effect.sentence)]),
  ...(verdict.factorial?.effects.flatMap(({ effects }) => effects.map((effect) => effect.sentence)) ?? []),
];
const TWO = 'variants: [grpo, full]';

describe('the verdict', () => {
  it('calls an effect what five seeds show, with its interval and its corrected p', () => {
    const { verdict } = knownStudy(`${TWO}\n${seeds(5)}`, (variant, seed) => ({
      right: variant === 'full' ? 70 + seed : 40,
    }));
    const effect = effectOf(verdict, /test average/)!;
    near(effect.difference, 0.32);
    assert.deepEqual([effect.n, effect.questions, effect.isTold], [5, 200, true]);
    assert.deepEqual(
      effect.perSeed.map(({ seed, difference }) => [seed, Math.round(100 * difference)]),
      [0, 1, 2, 3, 4].map((seed) => [seed, 30 + seed]),
    );
    assert.match(
      verdict.contrasts[0]!.sentence,
      /^Thinking reward \(full vs\. grpo\): \+32\.0 points of accuracy \(test average\), 95 % interval \+25\.5 to \+38\.5 \(5 seeds\): an effect of 25\.5 to 38\.5 points \(p = 0\.001, Holm-corrected over 2 comparisons\)\.$/,
    );
    assert.equal(effect.seedsMissing, null); // two points among questions that differ so much: over 1,000
  });

  it('says how large an effect can at most be where none is seen', () => {
    const { verdict } = knownStudy(`${TWO}\n${seeds(6)}`, (variant, seed) => ({
      right: 50 + (variant === 'full' ? [1, -1, 2, -2, 1, -1][seed]! : 0),
    }));
    const effect = effectOf(verdict, /test average/)!;
    near(effect.difference, 0);
    const most = (100 * Math.max(Math.abs(effect.low!), Math.abs(effect.high!))).toFixed(1);
    assert.match(
      effect.sentence,
      new RegExp(`: no effect larger than ${most.replace('.', '\\.')} points either way\\.$`),
    );
    assert.ok(!effect.isTold && effect.detectable! > 0 && effect.seedsNeeded! > 0);
  });

  it('that is 0 at every seed has no bound on its effect', () => {
    const { verdict } = knownStudy(`${TWO}\n${seeds(5)}`, () => ({ right: 50 }));
    assert.match(
      verdict.contrasts[0]!.sentence,
      /0\.0 points of accuracy \(test average\) at all 5 seeds: no difference was measured/,
    );
  });

  it('tells no effect from fewer than five seeds, nor from one', () => {
    const few = (n: number) =>
      knownStudy(`${TWO}\n${seeds(n)}`, (variant) => ({
        right: variant === 'full' ? 90 : 10,
        metrics: { 'thinking/rubric/mean': variant === 'full' ? 0.9 : 0.1 },
      })).verdict;
    assert.match(
      few(4).contrasts[0]!.sentence,
      /\(4 seeds\): fewer than 5 seeds cannot tell an effect from the variation/,
    );
    assert.match(few(1).contrasts[0]!.sentence, /over questions alone: one seed cannot tell an effect/);
    const alone = effectOf(few(1), /rubric/)!;
    assert.deepEqual([alone.low, alone.p, alone.detectable, alone.isTold], [null, null, null, false]);
    assert.match(alone.sentence, /\+0\.800 at one seed, which cannot tell an effect from chance\.$/);
  });

  it("compares the thinking and reward hacking by Student's t over seeds", () => {
    const found = [0.1, 0.12, 0.09, 0.11, 0.13];
    const { verdict } = knownStudy(`variants: [wo-trust, full]\nbaseline: wo-trust\n${seeds(5)}`, (variant, seed) => ({
      right: 50,
      metrics: {
        'thinking/rubric/mean': variant === 'full' ? 0.5 + found[seed]! : 0.5,
        'thinking/hacking_index': variant === 'full' ? 0.2 : 0.2,
      },
    }));
    const effect = effectOf(verdict, /rubric's score/)!;
    near(effect.difference, 0.11);
    near(effect.low, 0.0903676, 1e-6); // scipy.stats.t.interval(0.95, 4, 0.11, 0.0070710678)
    near(effect.high, 0.1296324, 1e-6);
    assert.match(effect.sentence, /an effect of 0\.090 to 0\.130 \(p < 0\.001\)\.$/);
    near(effectOf(verdict, /hacking/)!.difference, 0);
  });

  it('leaves out what one of the two variants does not have, which is not 0', () => {
    const { verdict } = knownStudy(`${TWO}\n${seeds(5)}`, (variant) => ({
      right: 50,
      metrics: variant === 'full' ? { 'thinking/hacking_index': 0.3 } : {},
    }));
    assert.equal(effectOf(verdict, /hacking/), undefined);
  });

  it('tells how many responses follow the cue, where any does', () => {
    const study = (cue: number) =>
      knownStudy(`${TWO}\n${seeds(5)}`, (variant, seed) => ({
        right: 50,
        metrics: { 'style/flattery': 0, 'style/cue': variant === 'full' ? 0 : cue * (0.9 + 0.01 * seed) },
      })).verdict;
    const effect = effectOf(study(1), /follows the cue/)!;
    near(effect.difference, -0.92);
    assert.match(
      effect.sentence,
      /^share that follows the cue: -92\.0 points, 95 % interval -94\.0 to -90\.0 \(5 seeds\): an effect/,
    );
    assert.equal(effectOf(study(1), /flattery/), undefined);
    assert.equal(effectOf(study(0), /follows the cue/), undefined);
  });

  it('marks what the results table marks, corrected over the same comparisons', () => {
    const right = (variant: string, seed: number) => (variant === 'full' ? [60, 71, 53, 62, 70][seed]! : 41);
    const { store, studyId, verdict } = knownStudy(
      `variants: [grpo, full, wo-trust]\ncontrasts: [full - grpo, full - wo-trust, wo-trust - grpo]\n${seeds(5)}`,
      (variant, seed) => ({ right: right(variant, seed) }),
    );
    const table = studyTable(store, studyId);
    for (const [i, { cells }] of table.contrasts.entries()) {
      const told = verdict.contrasts[i]!.effects.filter(({ measure }) => measure === 'accuracy');
      assert.deepEqual(
        told.map((effect) => effect.isTold),
        cells.filter((_, c) => [2, 3].includes(c)).map((cell) => cell!.marked),
      );
      near(told[0]!.low, cells[2]!.low, 1e-12);
    }
  });

  it('is about wrong cues where pictures come in forms: their average says nothing', () => {
    const forms = ['shortcut-cue-right', 'shortcut-cue-wrong', 'shortcut-no-cue'];
    const { store, studyId, verdict } = knownStudy(
      `${TWO}\n${seeds(5)}`,
      (variant, seed) => ({
        right: {
          ...{ 'shortcut-cue-right': 98, 'shortcut-no-cue': 90 },
          'shortcut-cue-wrong': variant === 'full' ? 95 + (seed % 2) : 7,
        },
      }),
      forms,
    );
    assert.deepEqual(
      verdict.contrasts[0]!.effects.map((effect) => effect.title),
      ['accuracy, shortcut-cue-wrong'],
    );
    const table = studyTable(store, studyId);
    assert.deepEqual(
      table.columns.map((column) => column.key),
      forms,
    );
    assert.deepEqual(
      table.rows[1]!.cells.map((cell) => cell.marked),
      [false, true, false],
    );
  });

  it('says where its answers are sampled', () => {
    const { store, studyId } = knownStudy(`${TWO}\nseeds: [0]`, () => ({ right: 50 }), ['flattery-test'], 'sampled');
    const verdict = studyVerdict(store, studyId, { mode: 'sampled' });
    assert.equal(verdict.contrasts[0]!.effects[0]!.title, 'accuracy, flattery-test, sampled');
    assert.match(verdict.contrasts[0]!.sentence, /points of accuracy \(flattery-test, sampled\)/);
  });

  it('gives main effects and interaction of trust and annealing with standard errors, as description', () => {
    const right: Record<string, number> = {
      'wo-trust-and-annealing': 20,
      'wo-trust': 30,
      'wo-annealing': 40,
      full: 60,
    };
    const { verdict } = knownStudy(
      `variants: [wo-trust-and-annealing, wo-trust, wo-annealing, full]\nbaseline: full\n${seeds(5)}`,
      (variant, seed) => ({ right: right[variant]! + (seed % 2) }),
    );
    const [trust, annealing, interaction] = verdict.factorial!.effects.map(({ effects }) => effects[0]!);
    near(trust!.difference, 0.25);
    near(annealing!.difference, 0.15);
    near(interaction!.difference, 0.1);
    assert.ok(
      [trust, annealing, interaction].every((effect) => effect!.se! > 0 && effect!.p === null && !effect!.isTold),
    );
  });

  it('of an unfinished study says what is known and what is missing', () => {
    const { verdict } = knownStudy(`${TWO}\n${seeds(5)}`, (variant, seed) => ({
      right: variant === 'full' && seed > 2 ? null : 50,
    }));
    const { progress } = verdict;
    assert.deepEqual([progress.planned, progress.finished], [10, 8]);
    assert.match(
      verdict.notes[1]!,
      /^8 of 10 runs have finished; this is what is known so far\. Missing: full seed 3 \(step 2 of 2\), full seed 4 /,
    );
    assert.equal(effectOf(verdict, /test average/)!.n, 3);
    const nothing = knownStudy(`${TWO}\nseeds: [0]`, () => ({ right: null })).verdict;
    assert.match(nothing.contrasts[0]!.sentence, /nothing can be said yet: no seed has finished in both variants\.$/);
  });

  it('never says "significant", and no effect without its interval', () => {
    for (const n of [1, 3, 6]) {
      const { verdict } = knownStudy(`variants: [grpo, full, wo-trust]\n${seeds(n)}`, (variant, seed) => ({
        right: variant === 'full' ? 60 + seed : 40 + (seed % 3),
        metrics: { 'thinking/rubric/mean': variant === 'full' ? 0.6 : 0.5 + 0.01 * seed },
      }));
      for (const sentence of sentences(verdict)) {
        assert.doesNotMatch(sentence, /signifi/i);
        assert.match(sentence, /95 % interval|at one seed|at all \d+ seeds/);
      }
    }
  });
});
