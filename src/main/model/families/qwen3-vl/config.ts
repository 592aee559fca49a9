/**
 * The configuration of a Qwen3-VL model, read from Hugging Face's `config.json`: always nested, with the rotary settings
 * in `rope_scaling` and `rope_theta` (the released checkpoints) or in `rope_parameters` (transformers 5). A key that is
 * missing has the value of transformers' configuration class.
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

/** The vision tower's sizes. */
export interface VisionConfig extends PatchSizes {
  readonly depth: number; // blocks
  readonly hiddenSize: number;
  readonly outHiddenSize: number; // the text's hiddenSize
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly hiddenAct: 'gelu_pytorch_tanh';
  readonly numPositionEmbeddings: number; // learned places, a square
  readonly deepstackVisualIndexes: readonly number[]; // blocks whose result goes to the first decoder layers, in order
  readonly ropeTheta: number;
}

/** A whole Qwen3-VL model. */
export interface Qwen3VlConfig extends ModelConfig {
  readonly vision: VisionConfig;
  readonly videoTokenId: number;
  readonly visionStartTokenId: number;
  readonly visionEndTokenId: number;
}

/** config.json's model_type. */
export const MODEL_TYPE = 'qwen3_vl';

const only = <T extends string>(name: T) => z.literal(name, { error: `only "${name}" is supported` });

const textSchema = z.object({
  vocab_size: size.default(151936),
  hidden_size: size.default(4096),
  intermediate_size: size.default(22016),
  num_hidden_layers: layers.default(32),
  num_attention_heads: size.default(32),
  num_key_value_heads: size.nullable().default(32),
  head_dim: size.nullable().default(128),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  max_position_embeddings: size.default(128_000),
  hidden_act: only('silu').default('silu'),
  attention_bias: z.literal(false, { error: 'attention with biases is not supported' }).default(false),
  tie_word_embeddings: z.boolean().optional(),
  ...endTokens,
});

const visionSchema = z.object({
  depth: layers.default(27),
  hidden_size: size.default(1152),
  out_hidden_size: size.default(3584),
  intermediate_size: size.default(4304),
  num_heads: size.default(16),
  patch_size: size.default(16),
  spatial_merge_size: size.default(2),
  temporal_patch_size: size.default(2),
  in_channels: size.default(3),
  hidden_act: only('gelu_pytorch_tanh').default('gelu_pytorch_tanh'),
  num_position_embeddings: size.default(2304),
  deepstack_visual_indexes: z.array(z.int().nonnegative()).default([8, 16, 24]),
  rope_parameters: z.object({ rope_theta: z.number().positive().optional() }).nullish(),
});

const topSchema = z.looseObject({
  model_type: z.literal(MODEL_TYPE),
  text_config: z.looseObject({}, { error: 'describes the language model and is missing' }),
  vision_config: visionSchema,
  tie_word_embeddings: z.boolean().optional(),
  ...tokenIds,
});

/**
 * The model configuration held by a parsed `config.json`; `where` names the file in error messages.
 * @throws SophiaError 'data' naming the key that is missing, of the wrong kind or in contradiction with another one.
 */
export function parseQwen3VlConfig(json: unknown, where = 'config.json'): Qwen3VlConfig {
  const top = parsePart(topSchema, json, where, '');
  const text = parsePart(textSchema, { ...pickIds(top), ...top.text_config }, where, 'text_config.');
  const vision = top.vision_config;
  const rope = { ...text.rope_scaling, ...text.rope_parameters };
  const config: Qwen3VlConfig = {
    modelType: MODEL_TYPE,
    text: {
      vocabSize: text.vocab_size,
      hiddenSize: text.hidden_size,
      intermediateSize: text.intermediate_size,
      numHiddenLayers: text.num_hidden_layers,
      numAttentionHeads: text.num_attention_heads,
      numKeyValueHeads: text.num_key_value_heads ?? text.num_attention_heads,
      headDim: text.head_dim ?? text.hidden_size / text.num_attention_heads,
      rmsNormEps: text.rms_norm_eps,
      ropeTheta: rope.rope_theta ?? text.rope_theta ?? 500_000,
      mropeSection: rope.mrope_section ?? [24, 20, 20],
      mropeInterleaved: true,
      qkNorm: true,
      qkvBias: false,
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
      inChannels: vision.in_channels,
      hiddenAct: vision.hidden_act,
      numPositionEmbeddings: vision.num_position_embeddings,
      deepstackVisualIndexes: vision.deepstack_visual_indexes,
      ropeTheta: vision.rope_parameters?.rope_theta ?? 10_000,
    },
    imageTokenId: top.image_token_id,
    videoTokenId: top.video_token_id,
    visionStartTokenId: top.vision_start_token_id,
    visionEndTokenId: top.vision_end_token_id,
  };
  checkSizes(config, where);
  return config;
}

/** Checks that the sizes of a configuration fit each other; throws SophiaError 'data' naming the ones that do not. */
function checkSizes({ text, vision, imageTokenId, visionStartTokenId }: Qwen3VlConfig, where: string): void {
  checkDivides(where, 'num_key_value_heads', text.numKeyValueHeads, 'num_attention_heads', text.numAttentionHeads);
  if (!Number.isInteger(text.headDim / 2)) fail(where, `head_dim ${text.headDim} is not an even number`);
  const rotated = 2 * text.mropeSection.reduce((a, b) => a + b, 0);
  if (rotated !== text.headDim)
    fail(where, `mrope_section [${text.mropeSection.join(', ')}] must sum to half the head size, ${text.headDim / 2}`);
  checkDivides(where, 'num_heads', vision.numHeads, 'vision hidden_size', vision.hiddenSize);
  checkDivides(where, '4', 4, 'the vision head size', vision.hiddenSize / vision.numHeads);
  if (vision.outHiddenSize !== text.hiddenSize)
    fail(where, `vision out_hidden_size ${vision.outHiddenSize} is not the text's hidden_size ${text.hiddenSize}`);
  const layers = vision.deepstackVisualIndexes;
  const named = `deepstack_visual_indexes [${layers.join(', ')}]`;
  if (layers.some((layer, i) => layer >= vision.depth || layer <= (layers[i - 1] ?? -1)))
    fail(where, `${named} must rise and name some of the ${vision.depth} vision blocks, counted from 0`);
  if (layers.length > text.numHiddenLayers)
    fail(where, `${named} are more than the ${text.numHiddenLayers} layers of the language model`);
  for (const [key, id] of Object.entries({ image_token_id: imageTokenId, vision_start_token_id: visionStartTokenId }))
    if (id >= text.vocabSize) fail(where, `${key} ${id} is beyond vocab_size ${text.vocabSize}`);
}
