/** Losses with their gradients against definitions in torch (grpo-loss.jsonl). */
import * as tf from '@tensorflow/tfjs-core';
import { groupAdvantages } from '../../src/main/loss/advantages.ts';
import { wholeStep } from '../../src/main/loss/aggregation.ts';
import { policyLoss } from '../../src/main/loss/policy-loss.ts';
import { type Difference, field, largest, relative, worst } from './case.ts';
import { take } from './each-backend.ts';

type Matrix = number[][];
type LossConfig = Parameters<typeof policyLoss>[0]['config'];

/** A case's advantages from its rewards, and its loss with the gradient by the new log-probabilities. */
export async function checkLoss(golden: unknown, backend: string): Promise<Difference> {
  const config = field<unknown>(golden, 'config');
  const scaling = field<boolean | 'group' | 'batch' | 'none'>(config, 'scale_rewards');
  const { advantages } = groupAdvantages(field<(number | null)[]>(golden, 'rewards'), {
    groupSize: field(config, 'group_size'),
    scaleRewards: scaling === true ? 'group' : scaling === false ? 'none' : scaling,
    stdDdof: field(config, 'std_ddof'),
    stdEps: field(config, 'std_eps'),
  });
  const { loss, gradient } = lossAndGradient(golden, config, advantages);
  const wantGradient = field<Matrix>(golden, 'grad_new_logps').flat();
  return worst([
    relative(`${backend} advantages`, advantages, field<number[]>(golden, 'advantages')),
    // The loss may cancel to almost 0; the terms that it sums are of the gradient's size, so that is its scale too.
    relative(`${backend} loss`, await take(loss), [field<number>(golden, 'loss')], largest(wantGradient)),
    relative(`${backend} gradient`, await take(gradient), wantGradient),
  ]);
}

function lossAndGradient(
  golden: unknown,
  config: unknown,
  advantages: number[],
): { loss: tf.Tensor; gradient: tf.Tensor } {
  const matrix = (name: string): tf.Tensor2D => tf.tensor2d(field<Matrix>(golden, name), undefined, 'float32');
  const lossConfig: LossConfig = {
    lossType: field(config, 'loss_type'),
    epsilon: field(config, 'clip_low'),
    epsilonHigh: field(config, 'clip_high'),
    beta: field(config, 'beta'),
    klEstimator: field(config, 'kl_estimator'),
    importanceLevel: field(config, 'importance_level'),
    maxCompletionLength: field(config, 'max_completion_length'),
  };
  return tf.tidy(() => {
    const fixed = { oldLogps: matrix('old_logps'), refLogps: matrix('ref_logps'), mask: matrix('mask') };
    const { value, grad } = tf.valueAndGrad((newLogps: tf.Tensor) => {
      const policy = { newLogps: newLogps as tf.Tensor2D, advantages, config: lossConfig };
      const result = policyLoss({ ...fixed, ...policy, totals: wholeStep(fixed.mask) });
      result.metrics.dispose();
      return result.loss;
    })(matrix('new_logps'));
    return { loss: value, gradient: grad };
  });
}
