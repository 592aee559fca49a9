/** What computing the token values of a step would take, and from which weights: told before somebody asks for it. */
import { SophiaError } from '../../../shared/errors.ts';
import { BYTES_PER_TOKEN } from '../../../shared/run/token-values.ts';
import { isOnDisk } from '../../store/read/checkpoint-place.ts';
import type { ReadStore } from '../../store/store.ts';
import { nearestWeights, weightsWords } from './token-weights.ts';

/** The plan; `problem` says why it cannot be done. */
export interface TokenPlan {
  readonly responses: number;
  readonly tokens: number;
  readonly bytes: number; // that are kept
  /** Passes over the step's responses, by the run's own measured time; without loading the model. Null: not measured. */
  readonly seconds: number | null;
  readonly weights: string | null; // in words
  readonly problem: string | null;
}

/** The policy and its reference each go over the responses once; a run's reference did so at every step. */
const PASSES = 2;

/** The plan of a step of a run. */
export function tokenPlan(store: ReadStore, runId: number, step: number): TokenPlan {
  const { settings } = store.run(runId);
  const rows = store.stepResponses(runId, step);
  const tokens = rows.reduce((sum, row) => sum + row.tokens, 0);
  const reference = store.metricMean(runId, 'time/reference');
  const size = {
    ...{ responses: rows.length, tokens, bytes: tokens * BYTES_PER_TOKEN },
    seconds: reference === null || reference === 0 ? null : PASSES * reference,
  };
  try {
    if (settings.training === undefined)
      throw new SophiaError('usage', "This run is another program's log: its weights are not here.");
    const there = store.checkpoints(runId).filter((checkpoint) => isOnDisk(store.paths, checkpoint));
    return {
      ...size,
      weights: weightsWords(nearestWeights(step, there, settings.sft.steps === 0), step),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof SophiaError)) throw error;
    return { ...size, weights: null, problem: error.message };
  }
}
