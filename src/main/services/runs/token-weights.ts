/** Which weights a step's token values can be computed from, nearest to those that wrote its responses; and the words for them. */
import { SophiaError } from '../../../shared/errors.ts';
import type { CheckpointRow } from '../../store/rows.ts';

/** Weights: a checkpoint, or (null) those that the run began with. */
export interface ChosenWeights {
  readonly step: number; // the policy's after this step
  readonly checkpoint: CheckpointRow | null;
}

/**
 * The nearest to the policy after step `step` - 1, which wrote the responses of `step`; of two as near the earlier. `beginsFresh`: whether the
 * weights that the run began with can be had. @throws SophiaError 'usage' where there are none
 */
export function nearestWeights(
  step: number,
  checkpoints: readonly CheckpointRow[],
  beginsFresh: boolean,
): ChosenWeights {
  const there: ChosenWeights[] = [
    ...(beginsFresh ? [{ step: 0, checkpoint: null }] : []),
    ...checkpoints.map((checkpoint) => ({ step: checkpoint.step, checkpoint })),
  ];
  const away = ({ step: at }: ChosenWeights) => Math.abs(at - (step - 1));
  const [nearest] = there.sort((a, b) => away(a) - away(b) || a.step - b.step);
  if (nearest !== undefined) return nearest;
  throw new SophiaError(
    'usage',
    'No checkpoint of this run lies on this machine, so its weights are gone.',
    'Set logging.tokensEvery before the next run: it keeps token values while it trains.',
  );
}

/** "the weights after step 50 (checkpoint 1a2b3c4d5e6f), 9 steps before those that wrote the responses (after step 59)". */
export function weightsWords({ step: at, checkpoint }: ChosenWeights, step: number): string {
  const what =
    checkpoint === null
      ? 'the weights that the run began with'
      : `the weights after step ${at} (checkpoint ${checkpoint.hash.slice(0, 12)})`;
  const wrote = step - 1;
  if (at === wrote) return `${what}, the very ones that wrote the responses`;
  const apart = Math.abs(at - wrote);
  return `${what}, ${apart} ${apart === 1 ? 'step' : 'steps'} ${at < wrote ? 'before' : 'after'} those that wrote the responses (after step ${wrote})`;
}
