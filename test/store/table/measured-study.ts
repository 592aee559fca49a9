/** A study of three variants and three seeds in a store of its own, evaluated at its start and its end. */
import type { Store } from '../../../src/main/store/store.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, sampleEvaluation, temporaryStore } from '../helpers.ts';

/** The title of its third variant. */
const HOSTILE = '=cmd|\' /C calc\'!A0 <img src=x onerror=alert(1)> & 50% \\input{/etc/passwd} _^~#$ | "q"';

/** Correct answers of 10 by variant, seed and benchmark (1 at the start); a run with a null does not finish. */
export function study(
  right: (variant: string, seed: number, benchmark: string) => number | null,
  more = '',
  seeds: readonly number[] = [0, 1, 2],
): { store: Store; studyId: number } {
  const store = temporaryStore();
  const text = `name: tab\nvariants: {grpo: , full: , odd: {title: ${JSON.stringify(HOSTILE)}}}\nseeds: [${seeds.join()}]\nsettings: {training: {totalSteps: 1}}\n${more}`;
  const { studyId } = store.addStudy(parseStudy(text, 'tab.yaml'));
  for (const run of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(run.id);
    store.recordEvent(run.id, attempt, { kind: 'started', step: 0, environment });
    store.recordEvent(run.id, attempt, { kind: 'step', step: 1, metrics: {}, responses: [] });
    let complete = true;
    for (const benchmark of ['chart-test', 'math-test', 'chart-hard']) {
      const correct = right(run.variant, run.seed, benchmark);
      complete &&= correct !== null;
      store.recordEvent(run.id, attempt, sampleEvaluation(0, benchmark, 1));
      if (correct !== null) store.recordEvent(run.id, attempt, sampleEvaluation(1, benchmark, correct));
    }
    if (complete) store.recordEvent(run.id, attempt, { kind: 'finished', step: 1, seconds: 1, weightsHash: 'w' });
  }
  return { store, studyId };
}
