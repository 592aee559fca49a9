import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factorialArms, trustByAnnealing } from '../../../src/main/store/table/trust-by-annealing.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, sampleEvaluation, temporaryStore } from '../helpers.ts';

const FOUR = '[grpo, wo-trust-and-annealing, wo-trust, wo-annealing, full]';
/** Right answers of 10: trust gives 2, annealing 1, both together 1 more. */
const RIGHT: Readonly<Record<string, number>> = {
  grpo: 1,
  'wo-trust-and-annealing': 2,
  'wo-trust': 3,
  'wo-annealing': 4,
  full: 6,
};

function study(variants: string) {
  const store = temporaryStore();
  const text = `name: a\nvariants: ${variants}\nseeds: [0, 1, 2]\nsettings: {training: {totalSteps: 1}}\n`;
  const { studyId } = store.addStudy(parseStudy(text, 'a.yaml'));
  for (const run of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(run.id);
    store.recordEvent(run.id, attempt, { kind: 'started', step: 0, environment });
    store.recordEvent(run.id, attempt, { kind: 'step', step: 1, metrics: {}, responses: [] });
    store.recordEvent(run.id, attempt, sampleEvaluation(1, 'chart-test', RIGHT[run.variant]!));
    store.recordEvent(run.id, attempt, { kind: 'finished', step: 1, seconds: 1, weightsHash: 'w' });
  }
  return { store, studyId };
}

test('average effects and interaction come out of the four arms', () => {
  const { store, studyId } = study(FOUR);
  const { effects, arms } = trustByAnnealing(store, studyId)!;
  assert.deepEqual(arms, {
    both: 'full',
    trustOnly: 'wo-annealing',
    annealingOnly: 'wo-trust',
    neither: 'wo-trust-and-annealing',
  });
  const [trust, annealing, interaction] = effects.map((effect) => effect.cells[0]!);
  const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-12, `${value}`);
  near(trust!.difference, 0.25); // ((6 - 3) + (4 - 2)) / 2 of 10
  near(annealing!.difference, 0.15); // ((6 - 4) + (3 - 2)) / 2
  near(interaction!.difference, 0.1); // 6 - 3 - 4 + 2
  assert.deepEqual([interaction!.n, interaction!.p], [3, null]);
  assert.ok(interaction!.low <= 0.1 && interaction!.high >= 0.1);
});

test('arms are told by their settings, not their names; without all four there is none', () => {
  const renamed = parseStudy(
    'name: a\nvariants: [full, wo-trust, wo-annealing, {plain: {base: full, reward: {trust: none, annealing: none}}}]\n',
    'a.yaml',
  );
  assert.equal(factorialArms(renamed)?.neither, 'plain');
  const other =
    'name: a\nvariants: [full, wo-trust, wo-annealing, {plain: {base: full, reward: {trust: none, annealing: none, alpha: 1}}}]\n';
  assert.equal(factorialArms(parseStudy(other, 'a.yaml')), null);
  const { store, studyId } = study('[grpo, full]');
  assert.equal(trustByAnnealing(store, studyId), null);
});
