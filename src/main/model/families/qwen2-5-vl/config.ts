/**
 * The configuration of a Qwen2.5-VL model, read from and written to Hugging Face's `config.json`. Two forms are in use
 * and both are read: flat with `rope_scaling` (the released checkpoints, transformers up to 4.51) and nested with
 * `text_config` and `rope_parameters` (transformers 5). The flat form is written: every transformers reads it. A key
 * that is missing has the value of transformers' configuration class, because transformers 4 leaves such keys out.
 * Deliberately absent: training settings, and anything the forward pass does not need.
 */

import { z } from 'zod';
import type { ModelConfig } from '../family.ts';
import {
  checkDivides,
  endTokens,
  endTokensOf,
  fail,
  layers,
  parsePart,
  pickIds,
  ropeSchema,
  size,
  tokenIds,
} from '../qwen-shared/config-parts.ts';
import type { PatchSizes } from '../qwen-shared/pictures/patch-sizes.ts';

/** The vision tower's sizes. Lengths in pixels unless told. */
export interface VisionConfig extends PatchSizes {
  readonly depth: number; // blocks
  readonly hiddenSize: number;
  readonly outHiddenSize: number; // the text's hiddenSize
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly windowSize: number;
  readonly fullattBlockIndexes: readonly number[]; // blocks that attend beyond their window
  readonly hiddenAct: 'silu';
  readonly tokensPerSecond: number; // temporal positions per second of video
  readonly ropeTheta: number;
}

/** A whole Qwen2.5-VL model. */
export interface QwenVlConfig extends ModelConfig {
  readonly vision: VisionConfig;
  readonly videoTokenId: number;
  readonly visionStartTokenId: number;
  readonly visionEndTokenId: number;
}

/** config.json's model_type. */
export const MODEL_TYPE = 'qwen2_5_vl';

const activation = z.literal('silu', { error: 'only "silu" is supported' });

const textSchema = z.object({
  vocab_size: size.default(152064),
  hidden_size: size.default(8192),
  intermediate_size: size.default(29568),
  num_hidden_layers: layers.default(80),
  num_attention_heads: size.default(64),
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  rms_norm_eps: z.number().positive().default(1e-5),
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  max_position_embeddings: size.default(32768),
  hidden_act: activation.default('silu'),
  use_sliding_window: z.literal(false, { error: 'sliding window attention is not supported' }).nullish(),
  tie_word_embeddings: z.boolean().optional(),
  ...endTokens,
});

const visionSchema = z.object({
  depth: layers.default(32),
  hidden_size: size.default(3584),
  out_hidden_size: size.default(3584),
  intermediate_size: size.default(3420),
  num_heads: size.default(16),
  patch_size: size.default(14),
  spatial_merge_size: size.default(2),
  temporal_patch_size: size.default(2),
  window_size: size.default(112),
  fullatt_block_indexes: z.array(z.int().nonnegative()).default([7, 15, 23, 31]),
  in_channels: size.optional(),
  in_chans: size.optional(),
  hidden_act: activation.default('silu'),
  tokens_per_second: z.number().positive().default(4),
  rope_parameters: z.object({ rope_theta: z.number().positive().optional() }).nullish(),
});

const topSchema = z.object({
  model_type: z.literal(MODEL_TYPE),
  text_config: z.looseObject({}).nullish(),
  vision_config: visionSchema.nullish(),
  tie_word_embeddings: z.boolean().optional(),
  ...tokenIds,
});

/** Keys of the flat form that show that a text model is described at the top level. */
const FLAT_KEYS = ['hidden_size', 'num_hidden_layers', 'vocab_size'];

/**
 * The model configuration held by a parsed `config.json`, whichever form it has.
 * @param where names the file in error messages.
 * @throws SophiaError 'data' naming the key that is missing, of the wrong kind or in contradiction with another one.
 */
export function parseQwenVlConfig(json: unknown, where = 'config.json'): QwenVlConfig {
  const top = parsePart(topSchema, json, where, '');
  const nested = top.text_config ?? undefined;
  const flat = json as Record<string, unknown>;
  if (nested === undefined && !FLAT_KEYS.some((key) => key in flat)) {
    fail(where, 'describes no language model: it has neither text_config nor hidden_size');
  }
  if (!top.vision_config) fail(where, 'has no vision_config');
  // Token ids sit on either level in files of transformers 4.5x.
  const text = parsePart(
    textSchema,
    nested === undefined ? flat : { ...pickIds(flat), ...nested },
    where,
    nested ? 'text_config.' : '',
  );
  const vision = top.vision_config;
  const rope = { ...text.rope_scaling, ...text.rope_parameters };
  const headDim = text.hidden_size / text.num_attention_heads;
  const config: QwenVlConfig = {
    modelType: MODEL_TYPE,
    text: {
      vocabSize: text.vocab_size,
      hiddenSize: text.hidden_size,
      intermediateSize: text.intermediate_size,
      numHiddenLayers: text.num_hidden_layers,
      numAttentionHeads: text.num_attention_heads,
      numKeyValueHeads: text.num_key_value_heads ?? (text.num_key_value_heads === null ? text.num_attention_heads : 8),
      headDim,
      rmsNormEps: text.rms_norm_eps,
      ropeTheta: rope.rope_theta ?? text.rope_theta ?? 1_000_000,
      mropeSection: rope.mrope_section ?? fail(where, 'has no mrope_section (in rope_scaling or rope_parameters)'),
      maxPositionEmbeddings: text.max_position_embeddings,
      tieWordEmbeddings: top.tie_word_embeddings ?? text.tie_word_embeddings ?? false,
      ...endTokensOf(text),
    },
    vision: {
      depth: vision.depth,
      hiddenSize: vision.hidden_size,
      outHiddenSize: vision.out_hidden_size,
      intermediateSize: vision.intermediate_size,
      numHeads: vision.num_heads,
      patchSize: vision.patch_size,
      spatialMergeSize: vision.spatial_merge_size,
      temporalPatchSize: vision.temporal_patch_size,
      windowSize: vision.window_size,
      fullattBlockIndexes: vision.fullatt_block_indexes,
      inChannels: vision.in_channels ?? vision.in_chans ?? 3,
      hiddenAct: vision.hidden_act,
      tokensPerSecond: vision.tokens_per_second,
      ropeTheta: vision.rope_parameters?.rope_theta ?? 10_000,
    },
    imageTokenId: top.image_token_id,
    videoTokenId: top.video_token_id,
    visionStartTokenId: top.vision_start_token_id,
    visionEndTokenId: top.vision_end_token_id,
  };
  if (text.head_dim && text.head_dim !== headDim)
    fail(where, `head_dim ${text.head_dim} is not hidden_size / num_attention_heads = ${headDim}`);
  checkQwenVlConfig(config, where);
  return config;
}

/** Checks that the sizes of a configuration fit each other; throws SophiaError 'data' naming the ones that do not. */
function checkQwenVlConfig(config: QwenVlConfig, where = 'config.json'): void {
  const { text, vision } = config;
  checkDivides(where, 'num_attention_heads', text.numAttentionHeads, 'hidden_size', text.hiddenSize);
  checkDivides(where, 'num_key_value_heads', text.numKeyValueHeads, 'num_attention_heads', text.numAttentionHeads);
  const rotated = 2 * text.mropeSection.reduce((a, b) => a + b, 0);
  if (rotated !== text.headDim) {
    fail(where, `mrope_section [${text.mropeSection.join(', ')}] must sum to half the head size, ${text.headDim / 2}`);
  }
  checkDivides(where, 'num_heads', vision.numHeads, 'vision hidden_size', vision.hiddenSize);
  checkDivides(where, '4', 4, 'the vision head size', vision.hiddenSize / vision.numHeads);
  if (vision.outHiddenSize !== text.hiddenSize) {
    fail(where, `vision out_hidden_size ${vision.outHiddenSize} is not the text's hidden_size ${text.hiddenSize}`);
  }
  if (vision.windowSize < vision.patchSize * vision.spatialMergeSize) {
    fail(
      where,
      `window_size ${vision.windowSize} is smaller than one merged patch of ${vision.patchSize * vision.spatialMergeSize}`,
    );
  }
  const ids = { image_token_id: config.imageTokenId, vision_start_token_id: config.visionStartTokenId };
  for (const [key, id] of Object.entries(ids)) {
    if (id >= text.vocabSize) fail(where, `${key} ${id} is beyond vocab_size ${text.vocabSize}`);
  }
}
