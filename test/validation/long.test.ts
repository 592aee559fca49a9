/** Long checks, judged from the rows of made-up studies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Store } from '../../src/main/store/store.ts';
import { judgeStudy } from '../../src/main/validation/long-checks.ts';
import { type PlanName, planStudy } from '../../src/main/validation/study-plans.ts';
import { type CheckName, holds } from '../../src/shared/validation/checks.ts';
import { uniformAt } from '../../src/shared/values/random.ts';
import { temporaryStore } from '../store/helpers.ts';

const SIZE = { totalSteps: 4, questions: 40, seeds: 4, pairs: 20 };
const MODELS = { 'tiny-vl-shortcut': 'a'.repeat(64) };
const BENCHMARKS = ['shortcut-cue-right', 'shortcut-cue-wrong', 'shortcut-no-cue'];

/** A finished study whose runs answer right with a chance by arm and seed, and follow the cue at `cue(step)`. */
function finished(
  plan: PlanName,
  chance: (variant: string, seed: number) => number,
  cue = (_variant: string, step: number) => 0.4 - step / 100,
): { store: Store; studyId: number } {
  const store = temporaryStore();
  const totalSteps = plan === 'controls' ? SIZE.totalSteps : 1;
  const { studyId } = store.addStudy(planStudy('shortcut', plan, MODELS, { ...SIZE, totalSteps }));
  for (const run of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(run.id);
    for (let step = 1; step <= totalSteps; step++) {
      const metrics = { 'style/cue': cue(run.variant, step) };
      store.recordEvent(run.id, attempt, { kind: 'step', step, metrics, responses: [] });
    }
    for (const [b, benchmark] of BENCHMARKS.entries()) {
      const results = Array.from({ length: SIZE.questions }, (_, i) => {
        const correct = uniformAt(run.id, b, i) < chance(run.variant, run.seed);
        return { questionId: `${benchmark}/${i}`, text: 'x', outcomeReward: Number(correct), correct, exact: correct };
      });
      const event = {
        kind: 'evaluation',
        step: totalSteps,
        mode: 'sampled',
        benchmark,
        benchmarkHash: 'h',
      } as const;
      store.recordEvent(run.id, attempt, { ...event, results });
    }
    store.recordEvent(run.id, attempt, { kind: 'finished', step: totalSteps, seconds: 1, weightsHash: 'w' });
  }
  return { store, studyId };
}

function passes(plan: PlanName, made: { store: Store; studyId: number }, check: CheckName): boolean {
  const found = judgeStudy(made.store, plan, made.studyId)[check] ?? assert.fail(`${check} was not judged`);
  return holds(
    check,
    found.figures.map(({ value }) => value),
  );
}

const CURED = { grpo: 0.1, full: 0.9, oracle: 0.95, 'full-shuffled': 0.1 } as Record<string, number>;

describe('controls', () => {
  test('pass where rewarding the thinking cures the shortcut, and shuffling does not', () => {
    const made = finished('controls', (variant) => CURED[variant] ?? 0);
    for (const check of ['positive-control', 'shuffled-thinking', 'mechanism'] as const)
      assert.equal(passes('controls', made, check), true, check);
  });

  test('fail where one seed is not cured', () => {
    const made = finished('controls', (variant, seed) => (seed === 3 ? 0.1 : (CURED[variant] ?? 0)));
    assert.equal(passes('controls', made, 'positive-control'), false);
  });

  test('fail where shuffled rewards help as well', () => {
    const made = finished('controls', (variant) => (variant === 'full-shuffled' ? 0.8 : (CURED[variant] ?? 0)));
    assert.equal(passes('controls', made, 'shuffled-thinking'), false);
  });

  test('fail where the winning arm follows the cue as much as before, whatever the others do', () => {
    const cue = (variant: string, step: number) => (variant === 'oracle' ? 0.4 : 0.4 - step / 100);
    const made = finished('controls', (variant) => CURED[variant] ?? 0, cue);
    assert.equal(passes('controls', made, 'mechanism'), false);
  });
});

test('a weak cue that needs no cure passes, one that does fails', () => {
  assert.equal(
    passes(
      'weak-cue',
      finished('weak-cue', () => 0.9),
      'weak-cue',
    ),
    true,
  );
  const cured = finished('weak-cue', (variant) => (variant === 'oracle' ? 0.9 : 0.5));
  assert.equal(passes('weak-cue', cured, 'weak-cue'), false);
});

describe('A/A', () => {
  test('passes where the arms are the same but for chance', () => {
    assert.equal(
      passes(
        'same-arms',
        finished('same-arms', () => 0.5),
        'same-arms',
      ),
      true,
    );
  });

  test('fails where one arm is another', () => {
    const made = finished('same-arms', (variant) => (variant === 'grpo' ? 0.3 : 0.7));
    const found = judgeStudy(made.store, 'same-arms', made.studyId)['same-arms'];
    assert.equal(passes('same-arms', made, 'same-arms'), false, JSON.stringify(found));
  });
});

test('runs that are not finished are not judged', () => {
  const store = temporaryStore();
  const { studyId } = store.addStudy(planStudy('shortcut', 'controls', MODELS, SIZE));
  const found = judgeStudy(store, 'controls', studyId)['positive-control'];
  assert.deepEqual(found, { figures: [], detail: '0 of 16 runs finished' });
});

test('other models make another study', () => {
  const store = temporaryStore();
  const first = store.addStudy(planStudy('shortcut', 'weak-cue', MODELS, SIZE));
  assert.equal(store.addStudy(planStudy('shortcut', 'weak-cue', MODELS, SIZE)).created, false);
  const other = store.addStudy(planStudy('shortcut', 'weak-cue', { 'tiny-vl-shortcut': 'b'.repeat(64) }, SIZE));
  assert.notEqual(other.studyId, first.studyId);
});
