/** What can be asked of a run's weights: which steps, which benchmarks. */
import { TRAINED_SPLIT } from '../../../shared/question.ts';
import type { ReadStore } from '../../store/store.ts';
import { weightsOf } from './answer-weights.ts';

/** Steps with weights on this machine, rising (0: those that the run began with), and benchmarks: those of its evaluations first. */
export interface AnswerChoices {
  readonly steps: readonly number[];
  readonly benchmarks: readonly string[];
}

/** The choices of a run. */
export async function answerChoices(store: ReadStore, runId: number): Promise<AnswerChoices> {
  const { benchmarks } = await import('../../tasks/benchmarks.ts');
  const { listDatasets } = await import('../../tasks/import/dataset-folder.ts');
  const { settings } = store.run(runId);
  const steps = weightsOf(store, runId).map(({ step }) => step);
  if (settings.data === undefined) return { steps, benchmarks: [] };
  const evaluated = [...new Set(store.evaluations([runId]).map(({ benchmark }) => benchmark))];
  const own = benchmarks.filter(({ world }) => world === settings.data.world).map(({ name }) => name);
  const imported = listDatasets(store.paths.home).flatMap(({ name, splits = {} }) =>
    Object.keys(splits)
      .filter((split) => split !== TRAINED_SPLIT)
      .map((split) => `${name}/${split}`),
  );
  return { steps, benchmarks: [...new Set([...evaluated, ...own, ...imported])] };
}
