/**
 * Losses against TRL's own code (trl-loss.jsonl, made by scripts/fixtures/trl-loss.py): one optimiser update, cut into micro-batches as the
 * case says, weighed and put together by the functions that training uses.
 */
import * as tf from '@tensorflow/tfjs-core';
import { entropyMeans } from '../../src/main/loss/entropy.ts';
import { lossMetrics, type PolicyLossConfig, policyLoss } from '../../src/main/loss/policy-loss.ts';
import { mergedResult } from '../../src/main/train/update/micro-batches.ts';
import type { StepFigures } from '../../src/main/train/update/policy-gradient.ts';
import { type Difference, field, largest, relative, worst } from './case.ts';
import { take } from './each-backend.ts';

type Matrix = number[][];

/** A case cut into its micro-batches, of rows alike many. */
interface TrlCase {
  readonly config: PolicyLossConfig;
  readonly entropyCoef: number;
  readonly tokens: number; // of the whole step
  readonly sequences: number;
  readonly matrix: (name: string, from: number, to: number) => tf.Tensor2D | null;
  readonly advantages: readonly number[];
}

/** The step's loss, its gradient, and means where TRL logged them over the whole step. */
export async function checkTrlLoss(golden: unknown, backend: string): Promise<Difference> {
  const config = field<unknown>(golden, 'config');
  const mask = field<Matrix>(golden, 'mask');
  const step: TrlCase = {
    config: {
      lossType: field(config, 'loss_type'),
      epsilon: field(config, 'epsilon'),
      epsilonHigh: field(config, 'epsilon_high'),
      beta: field(config, 'beta'),
      klEstimator: 'k3',
      importanceLevel: field(config, 'importance_level'),
      maxCompletionLength: field(config, 'max_completion_length'),
    },
    entropyCoef: field(config, 'entropy_coef'),
    tokens: countOf(mask),
    sequences: mask.length,
    matrix: (name, from, to) => {
      const rows = field<Matrix | null>(golden, name);
      return rows === null ? null : tf.tensor2d(rows.slice(from, to), undefined, 'float32');
    },
    advantages: field(golden, 'advantages'),
  };
  const size = mask.length / field<number>(config, 'accumulation');
  const parts = [];
  for (let from = 0; from < mask.length; from += size) parts.push(await microBatch(step, from, from + size));
  const tokens = parts.map((_, i) => countOf(mask.slice(i * size, (i + 1) * size)));
  const { loss, metrics } = mergedResult(
    parts.map((part) => part.figures),
    tokens,
  );
  const gradient = field<Matrix>(golden, 'grad_new_logps').flat();
  const differences = [
    relative(`${backend} loss`, [loss], [field<number>(golden, 'loss')], largest(gradient)),
    relative(
      `${backend} gradient`,
      parts.flatMap((part) => part.gradient),
      gradient,
    ),
  ];
  if (step.entropyCoef > 0)
    differences.push(
      relative(
        `${backend} gradient by the entropies`,
        parts.flatMap((part) => part.entropyGradient),
        field<Matrix>(golden, 'grad_entropies').flat(),
      ),
    );
  const logged = (golden as { metrics?: Readonly<Record<string, number | null>> }).metrics;
  for (const [name, value] of Object.entries(logged ?? {}))
    if (value !== null) differences.push(relative(`${backend} ${name}`, [metrics[name as 'kl']], [value], 1));
  return worst(differences);
}

async function microBatch(step: TrlCase, from: number, to: number) {
  let kept: tf.Tensor1D | undefined;
  const { value, grads } = tf.tidy(() => {
    const of = (name: string) => step.matrix(name, from, to);
    const mask = of('mask')!;
    const totals = { sequences: step.sequences, tokens: tf.scalar(Math.max(1, step.tokens)) };
    const fixed = { oldLogps: of('old_logps'), refLogps: of('ref_logps'), mask, totals };
    const lossOf = (newLogps: tf.Tensor, entropies: tf.Tensor): tf.Scalar => {
      const { loss, metrics } = policyLoss({
        ...fixed,
        newLogps: newLogps as tf.Tensor2D,
        advantages: step.advantages.slice(from, to),
        config: step.config,
      });
      kept = metrics;
      const { ofStep } = entropyMeans(entropies as tf.Tensor2D, mask, totals.tokens);
      return tf.sub(loss, tf.mul(ofStep, step.entropyCoef));
    };
    const entropies = step.entropyCoef > 0 ? of('entropies')! : tf.zerosLike(mask);
    return tf.valueAndGrads(lossOf as (...all: tf.Tensor[]) => tf.Scalar)([of('new_logps')!, entropies]);
  });
  const [loss] = await take(value);
  const figures: StepFigures = { loss: loss!, entropy: 0, metrics: lossMetrics(await take(kept!)) };
  const [gradient, entropyGradient] = [await take(grads[0]!), await take(grads[1]!)];
  return { figures, gradient, entropyGradient };
}

function countOf(mask: Matrix): number {
  return mask.flat().reduce((sum, counts) => sum + counts, 0);
}
