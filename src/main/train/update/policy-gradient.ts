/**
 * The policy's side of a GRPO update as compiled graphs: per-token log-probabilities under given weights (reference, old policy), and the
 * loss with its gradients. Values follow loss/policy-loss.ts; log-probabilities are taken at the sampling temperature, as TRL does.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import { entropyFromLogits } from '../../loss/entropy.ts';
import { LOSS_METRICS, type LossMetrics, policyLoss } from '../../loss/policy-loss.ts';
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';
import { imageFeatures } from '../../model/families/qwen2-5-vl/qwen-vl.ts';
import { groupLogps, PREFIX_TENSORS, RESPONSE_TENSORS } from '../../model/network/group-pass.ts';
import { mergeAdapters } from '../../model/network/lora.ts';
import type { GridThw } from '../../model/network/rope.ts';
import type { Weights } from '../../model/network/weights.ts';
import { type Compiled, compile } from '../../tensor/compile.ts';
import { type GradientFn, gradientFn } from './gradients.ts';

/** Tensors of one micro-batch; `image` is features [tokens, H] (vision frozen) or pixels [patches, dim] (vision trained), null for text. */
export interface PolicyBatch {
  readonly prefix: readonly tf.Tensor[];
  readonly response: readonly tf.Tensor[];
  readonly image: tf.Tensor2D | null;
}

/** The graphs of one run. */
export interface PolicyGraphs {
  /** perTokenLogps [B, T]; `batch.image` must be features. The caller disposes. */
  logps(weights: Weights, batch: PolicyBatch): tf.Tensor2D;
  /** Gradients of the loss; null oldLogps on the first update after sampling, null refLogps without KL. */
  gradients(
    weights: Weights,
    batch: PolicyBatch,
    advantages: readonly number[],
    refLogps: tf.Tensor2D | null,
    oldLogps: tf.Tensor2D | null,
  ): PolicyGradient;
}

/** One micro-batch's result; the caller disposes of the gradients. */
export interface PolicyGradient {
  readonly grads: Record<string, tf.Tensor>;
  readonly loss: number;
  readonly entropy: number; // nats, mean over completion tokens
  readonly metrics: LossMetrics;
}

/** Builds the graphs for a model; `sequences` is the whole step's number of responses (micro-batches add up to its loss). */
export function policyGraphs(
  config: ModelConfig,
  settings: Settings,
  trainable: readonly string[],
  sequences: number,
): PolicyGraphs {
  const logpGraphs = new Map<string, Compiled>();
  const gradientGraphs = new Map<string, GradientFn>();
  const { temperature } = settings.generation;
  const scale = settings.model.loraAlpha / Math.max(1, settings.model.loraRank);
  return {
    logps: (weights, batch) => {
      const names = Object.keys(weights);
      const key = `${names.length}:${batch.image !== null}`;
      const graph =
        logpGraphs.get(key) ??
        compile('logps', (inputs) => {
          const w = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
          const rest = split(inputs.slice(names.length), batch.image !== null);
          return [groupLogps(config, w, rest.prefix, rest.response, rest.image, temperature).logps];
        });
      logpGraphs.set(key, graph);
      return graph([...names.map((name) => weights[name]!), ...join(batch)])[0] as tf.Tensor2D;
    },
    gradients: (weights, batch, advantages, refLogps, oldLogps) => {
      const visionTrained = trainable.some((name) => name.startsWith('visual.'));
      const grids = batch.image === null ? [] : gridsOf(batch);
      const key = [
        batch.image !== null,
        refLogps !== null,
        oldLogps !== null,
        visionTrained ? grids.join(';') : '',
      ].join();
      const graph =
        gradientGraphs.get(key) ??
        gradientFn('policy', trainable, (withAdapters, tensors) => {
          const w = mergeAdapters(withAdapters, scale);
          const [advantage, ...optional] = tensors.slice(
            -1 - Number(refLogps !== null) - Number(oldLogps !== null),
          ) as [tf.Tensor1D, ...tf.Tensor2D[]];
          const rest = split(tensors, batch.image !== null);
          const features =
            rest.image !== null && visionTrained ? imageFeatures(config, w, rest.image, grids) : rest.image;
          return objective(
            config,
            settings,
            w,
            { ...rest, image: features },
            advantage,
            refLogps === null ? null : optional[0]!,
            oldLogps === null ? null : optional.at(-1)!,
            sequences,
          );
        });
      gradientGraphs.set(key, graph);
      const optional = [refLogps, oldLogps].filter((one) => one !== null);
      const advantageTensor = tf.tensor1d([...advantages]);
      const { loss, extras, grads } = graph(weights, [...join(batch), advantageTensor, ...optional]);
      const values = extras[0]!.dataSync() as Float32Array;
      const result = {
        grads,
        loss: (loss.dataSync() as Float32Array)[0]!,
        entropy: (extras[1]!.dataSync() as Float32Array)[0]!,
        metrics: Object.fromEntries(LOSS_METRICS.map((name, i) => [name, values[i]!])) as LossMetrics,
      };
      tf.dispose([advantageTensor, loss, [...extras]]);
      return result;
    },
  };
}

function objective(
  config: ModelConfig,
  settings: Settings,
  w: Weights,
  batch: PolicyBatch,
  advantages: tf.Tensor1D,
  refLogps: tf.Tensor2D | null,
  oldLogps: tf.Tensor2D | null,
  sequences: number,
) {
  const { logps, logits } = groupLogps(
    config,
    w,
    batch.prefix,
    batch.response,
    batch.image,
    settings.generation.temperature,
  );
  const mask = batch.response[2] as tf.Tensor2D; // completionMask [B, T]
  const lossConfig = { ...settings.loss, maxCompletionLength: settings.generation.maxCompletionLength };
  const totals = { sequences, tokens: 0 };
  const { loss, metrics } = policyLoss({
    newLogps: logps,
    oldLogps,
    refLogps,
    advantages,
    mask,
    config: lossConfig,
    totals,
  });
  const perToken = tf.reshape(entropyFromLogits(logits), mask.shape) as tf.Tensor2D;
  const entropy = tf.div(tf.sum(tf.mul(perToken, mask)), tf.maximum(tf.sum(mask), 1));
  const total = settings.loss.entropyCoef > 0 ? tf.sub(loss, tf.mul(entropy, settings.loss.entropyCoef)) : loss;
  return { loss: total as tf.Scalar, extras: [metrics, entropy] };
}

function join({ prefix, response, image }: PolicyBatch): tf.Tensor[] {
  return [...prefix, ...response, ...(image === null ? [] : [image])];
}

function split(tensors: readonly tf.Tensor[], withImage: boolean): PolicyBatch {
  const response = tensors.slice(PREFIX_TENSORS, PREFIX_TENSORS + RESPONSE_TENSORS);
  return {
    prefix: tensors.slice(0, PREFIX_TENSORS),
    response,
    image: withImage ? (tensors[PREFIX_TENSORS + RESPONSE_TENSORS] as tf.Tensor2D) : null,
  };
}

const GRIDS = new WeakMap<tf.Tensor, readonly GridThw[]>();

/** Remembers the grids of a pixel tensor, needed only when the vision tower is trained. */
export function withGrids(pixels: tf.Tensor2D, grids: readonly GridThw[]): tf.Tensor2D {
  GRIDS.set(pixels, grids);
  return pixels;
}

function gridsOf(batch: PolicyBatch): readonly GridThw[] {
  return GRIDS.get(batch.image!) ?? [];
}
