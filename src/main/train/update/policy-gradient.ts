/**
 * The policy's side of a GRPO update as compiled graphs: per-token log-probabilities under given weights (reference, old policy), and the
 * loss with its gradients. Values follow loss/policy-loss.ts; log-probabilities are taken at the sampling temperature, as TRL does.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import { present } from '../../../shared/values/list.ts';

import { entropyMeans } from '../../loss/entropy.ts';
import { type LossMetrics, lossMetrics, policyLoss } from '../../loss/policy-loss.ts';
import type { ImageBatch, ModelConfig } from '../../model/families/family.ts';
import { imageFeatures } from '../../model/families/images.ts';
import { familyOf } from '../../model/families/registry.ts';
import { withScaledAdapters } from '../../model/network/adapters/lora.ts';
import { type GroupTensors, groupLogps, type ResponseTensors } from '../../model/network/group-pass.ts';
import type { PrefixTensors } from '../../model/network/prefix.ts';
import type { Weights } from '../../model/network/weights.ts';
import { compile } from '../../tensor/compile.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { gradientFn } from './gradients.ts';

/**
 * Tensors of one micro-batch. Images come as the tower's features, or as pixels where the tower is trained with the rest (or has no
 * features yet); null for text.
 */
export type PolicyBatch = {
  readonly prefix: PrefixTensors;
  readonly response: ResponseTensors;
  readonly images: { readonly features: tf.Tensor2D } | ImageBatch | null;
};

/** What the loss takes beside the policy's own log-probabilities. */
type LossInputs = {
  readonly advantages: tf.Tensor1D; // [B]
  readonly refLogps: tf.Tensor2D | null; // [B, T]; null without KL
  readonly oldLogps: tf.Tensor2D | null; // [B, T]; null on the first update after sampling
  readonly stepTokens: tf.Scalar; // completion tokens of the whole step that count, 1 at least
};

/** The same from the caller: advantages and the step's counted tokens as numbers. */
export type LossGivens = Pick<LossInputs, 'refLogps' | 'oldLogps'> & {
  readonly advantages: readonly number[]; // [B]
  readonly stepTokens: number;
};

/** Of every completion token, with numbers without meaning on padding. */
export type TokenTensors = { readonly logps: tf.Tensor2D; readonly entropies: tf.Tensor2D };

/** The graphs of one run. */
export interface PolicyGraphs {
  /** Whether the vision tower's weights are among the trained ones: images must then come as pixels. */
  readonly trainsVision: boolean;
  /** perTokenLogps [B, T]. The caller disposes. */
  logps(weights: Weights, batch: PolicyBatch): tf.Tensor2D;
  /** Log-probabilities and entropies [B, T] under weights that are made ready for generation (run.applied). The caller disposes. */
  tokens(weights: Weights, batch: PolicyBatch): TokenTensors;
  /** Gradients of a micro-batch's share in the step's loss. */
  gradients(weights: Weights, batch: PolicyBatch, given: LossGivens): PolicyGradient;
}

/** What is logged of a micro-batch, or of a step. */
export interface StepFigures {
  readonly loss: number;
  readonly entropy: number; // nats, mean over counted completion tokens
  readonly metrics: LossMetrics;
}

/** One micro-batch's result; the caller disposes of the gradients. */
export interface PolicyGradient extends StepFigures {
  readonly grads: Weights;
}

/** Builds the graphs for a model; `sequences` is the whole step's number of responses (micro-batches add up to its loss). */
export function policyGraphs(
  config: ModelConfig,
  settings: Settings,
  trainable: readonly string[],
  sequences: number,
): PolicyGraphs {
  const { temperature } = settings.generation;
  const scale = settings.model.loraAlpha / Math.max(1, settings.model.loraRank);
  const logps = compile(
    'logps',
    ({ weights, batch }: { readonly weights: Weights; readonly batch: PolicyBatch }) =>
      groupLogps(config, weights, withFeatures(config, weights, batch), { temperature, entropy: 'none' }).logps,
  );
  const tokens = compile(
    'token-values',
    ({ weights, batch }: { readonly weights: Weights; readonly batch: PolicyBatch }): TokenTensors => {
      const use = { temperature, entropy: 'value' } as const;
      const { logps, entropies } = groupLogps(config, weights, withFeatures(config, weights, batch), use);
      return { logps, entropies: present(entropies, 'entropies') };
    },
  );
  const gradients = gradientFn(
    'policy',
    trainable,
    (adapted, { batch, ...rest }: { batch: PolicyBatch } & LossInputs) =>
      objective(config, settings, withScaledAdapters(adapted, scale), batch, rest, sequences),
    settings.training,
  );
  return {
    trainsVision: trainable.some((name) => name.startsWith(familyOf(config).visionPrefix)),
    logps: (weights, batch) => logps({ weights, batch }),
    tokens: (weights, batch) => tokens({ weights, batch }),
    gradients: (weights, batch, { advantages, stepTokens, ...logprobs }) => {
      const own = { advantages: tf.tensor1d([...advantages]), stepTokens: tf.scalar(Math.max(1, stepTokens)) };
      const inputs = { batch, ...logprobs, ...own };
      const { loss, extras, grads } = gradients(weights, inputs);
      const values = extras.metrics.dataSync<'float32'>();
      const result = {
        grads,
        loss: loss.arraySync(),
        entropy: extras.entropy.arraySync(),
        metrics: lossMetrics(values),
      };
      disposeTree(own, loss, extras);
      return result;
    },
  };
}

/** The batch as the network takes it; pixels go through the tower of `w`. */
function withFeatures(config: ModelConfig, w: Weights, { prefix, response, images }: PolicyBatch): GroupTensors {
  const features = images === null ? null : 'features' in images ? images.features : imageFeatures(config, w, images);
  return { prefix, response, features };
}

function objective(
  config: ModelConfig,
  settings: Settings,
  w: Weights,
  batch: PolicyBatch,
  { advantages, refLogps, oldLogps, stepTokens }: LossInputs,
  sequences: number,
) {
  const { entropyCoef } = settings.loss;
  const { logps, entropies } = groupLogps(config, w, withFeatures(config, w, batch), {
    temperature: settings.generation.temperature,
    entropy: entropyCoef > 0 ? 'trained' : 'value',
  });
  const { mask } = batch.response;
  const lossConfig = { ...settings.loss, maxCompletionLength: settings.generation.maxCompletionLength };
  const totals = { sequences, tokens: stepTokens };
  const { loss, metrics } = policyLoss({
    newLogps: logps,
    oldLogps,
    refLogps,
    advantages,
    mask,
    config: lossConfig,
    totals,
  });
  const entropy = entropyMeans(present(entropies, 'entropies'), mask, stepTokens);
  const total: tf.Scalar = entropyCoef > 0 ? tf.sub(loss, tf.mul(entropy.ofStep, entropyCoef)) : loss;
  return { loss: total, extras: { metrics, entropy: entropy.ofBatch } };
}
