/**
 * A step's responses cut into micro-batches of whole groups (gradient accumulation), as tensors, and their results put together again.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LossType } from '../../../shared/kinds/update.ts';
import { AGGREGATIONS } from '../../loss/aggregation.ts';
import { LOSS_METRICS, type LossMetrics, type Merging } from '../../loss/policy-loss.ts';
import { responseBatch, responseTensors } from '../../model/network/group-pass.ts';
import { PADDING, prefixBatch, prefixTensors } from '../../model/network/prefix.ts';
import type { Weights } from '../../model/network/weights.ts';
import type { EncodedQuestion } from '../../rollouts/encode-question.ts';
import { questionPixels, type RolloutBatch } from '../../rollouts/generate-responses.ts';
import { featuresOfSome } from '../../rollouts/picture-features.ts';
import { disposeTree, type TensorTree } from '../../tensor/tree.ts';
import type { GrpoRun } from '../grpo-run.ts';
import type { PolicyBatch, PolicyGradient, StepFigures } from './policy-gradient.ts';

/** One micro-batch: which rows of the step it holds, its tensors for policy and reference, and all it owns. */
export interface MicroBatch {
  readonly rows: readonly number[];
  readonly tokens: number; // completion tokens that count
  readonly batch: PolicyBatch;
  readonly referenceBatch: PolicyBatch;
  readonly oldLogps: tf.Tensor2D;
  readonly own: TensorTree;
}

/**
 * Groups in the order in which they are cut: those that pad alike lie together (longest response first, then prompt), since every one of
 * a micro-batch is padded to its longest. The loss is a sum over responses and stays what it is; where it depends on the cut (bnpo) the
 * order of the questions is kept.
 */
export function cutOrder(
  groups: readonly { readonly longest: number; readonly prompt: number }[],
  lossType: LossType,
): number[] {
  const order = groups.map((_, g) => g);
  if (AGGREGATIONS[lossType].followsCut) return order;
  const padded = (length: number): number => Math.ceil(length / PADDING);
  const { longest, prompt } = {
    longest: groups.map((group) => padded(group.longest)),
    prompt: groups.map((group) => padded(group.prompt)),
  };
  return order.sort((a, b) => longest[b]! - longest[a]! || prompt[b]! - prompt[a]! || a - b);
}

/** Cuts the step into as many micro-batches of whole groups as the settings say, as tensors. */
export function microBatches(
  run: GrpoRun,
  questions: readonly EncodedQuestion[],
  { responses, features }: Pick<RolloutBatch, 'responses' | 'features'>,
): MicroBatch[] {
  const { config } = run.sampler;
  const { numGenerations, gradientAccumulationSteps: count } = run.settings.training;
  const size = questions.length / count;
  const rowsOf = (g: number): number[] => Array.from({ length: numGenerations }, (_, n) => g * numGenerations + n);
  const order = cutOrder(
    questions.map(({ prompt }, g) => ({
      longest: Math.max(...rowsOf(g).map((row) => responses[row]!.ids.length)),
      prompt: prompt.ids.length - 1,
    })),
    run.settings.loss.lossType,
  );
  return Array.from({ length: count }, (_, i) => {
    const groups = count === 1 ? questions.map((_question, g) => g) : order.slice(i * size, (i + 1) * size);
    const part = groups.map((g) => questions[g]!);
    const rows = groups.flatMap(rowsOf);
    const prefix = prefixBatch(
      config,
      part.map((row) => row.prompt),
    );
    const response = responseBatch(
      config,
      prefix,
      rows.map((row) => responses[row]!.ids),
    );
    const old = new Float32Array(response.rows * response.length);
    rows.forEach((row, r) => {
      const { logps, truncated } = responses[row]!;
      old.set(logps, r * response.length);
      if (truncated && run.settings.training.maskTruncated)
        response.mask.fill(0, r * response.length, (r + 1) * response.length);
    });
    const shared = { prefix: prefixTensors(config, prefix), response: responseTensors(config, response) };
    const oldLogps = tf.tensor2d(old, [response.rows, response.length]);
    const { policy, reference, own } = imagesOf(
      run,
      part,
      run.graphs.trainsVision ? null : featuresOfSome(questions, groups, features),
    );
    return {
      rows,
      tokens: response.mask.reduce((sum, counts) => sum + counts, 0),
      batch: { ...shared, images: policy },
      referenceBatch: { ...shared, images: reference },
      oldLogps,
      own: [shared, oldLogps, own],
    };
  });
}

/**
 * The images of a part for policy and reference. A frozen tower has the same features for both: those that generation made of them. A
 * trained tower is run from pixels by the policy, and has features of the reference's own.
 */
function imagesOf(run: GrpoRun, part: readonly EncodedQuestion[], made: tf.Tensor2D | null) {
  if (run.graphs.trainsVision) {
    const pixels = questionPixels(run.sampler.config, part);
    const features = run.sampler.features(run.reference, part);
    return { policy: pixels, reference: features && { features }, own: [pixels, features] };
  }
  const images = made && { features: made };
  return { policy: images, reference: images, own: made };
}

/** Adds to each micro-batch the reference's log-probabilities [B, T], null where the loss has no KL. */
export function withReference(
  { settings, graphs, reference }: GrpoRun,
  micros: readonly MicroBatch[],
): (MicroBatch & { readonly refLogps: tf.Tensor2D | null })[] {
  return micros.map((micro) => {
    const refLogps = settings.loss.beta === 0 ? null : graphs.logps(reference, micro.referenceBatch);
    return { ...micro, refLogps, own: [micro.own, refLogps] };
  });
}

/** Sums gradients over micro-batches, disposing the parts. */
export function summedGradients(results: readonly PolicyGradient[]): Weights {
  if (results.length === 1) return results[0]!.grads;
  const names = Object.keys(results[0]!.grads);
  const sums = Object.fromEntries(names.map((name) => [name, tf.addN(results.map((result) => result.grads[name]!))]));
  disposeTree(...results.map((result) => result.grads));
  return sums;
}

/** A part's figures and how many tokens are behind them. */
interface Part {
  readonly value: number;
  readonly tokens: number;
}

const MERGED = {
  sum: (parts) => parts.reduce((sum, { value }) => sum + value, 0),
  mean: (parts) => {
    const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
    return parts.reduce((sum, part) => sum + (part.value * part.tokens) / tokens, 0);
  },
  smallest: (parts) => Math.min(...parts.map(({ value }) => value)),
  largest: (parts) => Math.max(...parts.map(({ value }) => value)),
} as const satisfies Record<Merging, (parts: readonly Part[]) => number>;

/**
 * The figures of a step from those of its micro-batches, the same however it is cut: losses add up, means are over all counted tokens of
 * the step. Where none counts (all truncated and masked) means are NaN. `tokens` are the micro-batches'.
 */
export function mergedResult(results: readonly StepFigures[], tokens: readonly number[]): StepFigures {
  const merge = (how: Merging, pick: (figures: StepFigures) => number): number => {
    const parts = results.map((result, i) => ({ value: pick(result), tokens: tokens[i]! }));
    const counted = how === 'sum' ? parts : parts.filter((part) => part.tokens > 0);
    if (counted.length === 1) return counted[0]!.value;
    return counted.length === 0 ? Number.NaN : MERGED[how](counted);
  };
  const names = Object.keys(LOSS_METRICS) as (keyof LossMetrics)[];
  return {
    loss: merge('sum', (result) => result.loss),
    entropy: merge('mean', (result) => result.entropy),
    metrics: Object.fromEntries(
      names.map((name) => [name, merge(LOSS_METRICS[name], (result) => result.metrics[name])]),
    ) as LossMetrics,
  };
}
