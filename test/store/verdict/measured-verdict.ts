/** Studies whose truth is known, in a store of their own: answers, scores of the thinking and leverage as the test wants them. */
import type { RunRow } from '../../../src/main/store/rows.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { studyVerdict, type Verdict } from '../../../src/main/store/verdict/verdict.ts';
import type { EvaluationMode } from '../../../src/shared/kinds/evaluation-mode.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { environment, sampleEvaluation, temporaryStore } from '../helpers.ts';

/** What happened in a run; questions are 100 a benchmark. */
export interface KnownRun {
  /** Right answers of 100 by benchmark; null: the run does not finish. */
  readonly right: number | null | Readonly<Record<string, number>>;
  readonly metrics?: Readonly<Record<string, number | null>>;
}

/** A study of these variants and seeds, each run as told. */
export function knownStudy(
  text: string,
  run: (variant: string, seed: number) => KnownRun,
  benchmarks: readonly string[] = ['chart-test', 'math-test', 'chart-hard'],
  mode: EvaluationMode = 'greedy',
): { readonly store: Store; readonly studyId: number; readonly verdict: Verdict } {
  const store = temporaryStore();
  const yaml = `name: known\n${text}\nsettings: {training: {totalSteps: 2}}\n`;
  const { studyId } = store.addStudy(parseStudy(yaml, 'known.yaml'));
  const record = ({ id, variant, seed }: RunRow): void => {
    const { right, metrics = {} } = run(variant, seed);
    const { attempt } = store.startRun(id);
    store.recordEvent(id, attempt, { kind: 'started', step: 0, environment });
    for (const step of [1, 2]) store.recordEvent(id, attempt, { kind: 'step', step, metrics, responses: [] });
    if (right === null) return;
    for (const benchmark of benchmarks) {
      const correct = typeof right === 'number' ? right : (right[benchmark] ?? 0);
      store.recordEvent(id, attempt, { ...sampleEvaluation(2, benchmark, correct, 100), mode });
    }
    store.recordEvent(id, attempt, { kind: 'finished', step: 2, seconds: 1, weightsHash: 'w' });
  };
  // One commit: a commit of its own for each event would take most of the time.
  store.database.transaction(() => void store.listRuns({ studyId }).forEach(record))();
  return { store, studyId, verdict: studyVerdict(store, studyId) };
}

/** "seeds: [0, 1, ...]" of so many. */
export const seeds = (n: number): string => `seeds: [${Array.from({ length: n }, (_, seed) => seed).join()}]`;
