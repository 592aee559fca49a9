/** A study that has run, for tests of the table of runs. */
import { parseStudy } from '../../../src/shared/study/study.ts';
import { sampleEvaluation, temporaryStore } from '../helpers.ts';

export const STEPS = 30;

/** Two variants of two seeds; kl grows by the step, the outcome reward ends early in every second run. */
export function filled() {
  const store = temporaryStore();
  const yaml = `name: swept\nvariants: {low: {base: full, reward: {alpha: 0.1}}, high: {base: full, reward: {alpha: 1, trust: none}}}
seeds: [3, 4]\nbaseline: low\nsettings: {training: {totalSteps: ${STEPS}}}\n`;
  const { studyId } = store.addStudy(parseStudy(yaml, 'swept.yaml'));
  for (const { id, variant, seed } of store.listRuns({ studyId })) {
    if (variant === 'high' && seed === 4) continue; // it waits
    const { attempt } = store.startRun(id);
    const base = variant === 'high' ? 10 : 0;
    for (let step = 1; step <= STEPS; step++) {
      const kl = step === 5 ? -7 : base + step;
      const metrics = { kl, 'rewards/outcome/mean': step > 25 ? null : step / 100, grad_norm: null };
      store.recordEvent(id, attempt, { kind: 'step', step, metrics, responses: [] });
    }
    for (const [step, right] of [
      [0, 2],
      [15, 9],
      [STEPS, 6],
    ] as const)
      for (const benchmark of ['chart-test', 'chart-hard'])
        store.recordEvent(id, attempt, sampleEvaluation(step, benchmark, right - (benchmark === 'chart-hard' ? 1 : 0)));
    store.recordEvent(id, attempt, { kind: 'finished', step: STEPS, seconds: 12, weightsHash: 'w' });
  }
  return { store, studyId };
}
