/**
 * Writes a model configuration as `config.json`, in the flat form of the released checkpoints: transformers 4.49 up to
 * 5 and vLLM all read it, and so does `parseQwenVlConfig`, to the same configuration.
 */
import type { CheckpointDtype } from '../family.ts';
import { MODEL_TYPE, type QwenVlConfig } from './config.ts';

/** The JSON value of a `config.json` for this model. */
export function qwenVlConfigJson(config: QwenVlConfig, dtype: CheckpointDtype = 'float32'): Record<string, unknown> {
  const { text, vision } = config;
  return {
    architectures: ['Qwen2_5_VLForConditionalGeneration'],
    model_type: MODEL_TYPE,
    attention_dropout: 0,
    ...(text.bosTokenId === null ? {} : { bos_token_id: text.bosTokenId }),
    ...(text.eosTokenIds.length === 0
      ? {}
      : { eos_token_id: text.eosTokenIds.length === 1 ? text.eosTokenIds[0] : text.eosTokenIds }),
    ...(text.padTokenId === null ? {} : { pad_token_id: text.padTokenId }),
    vision_start_token_id: config.visionStartTokenId,
    vision_end_token_id: config.visionEndTokenId,
    image_token_id: config.imageTokenId,
    video_token_id: config.videoTokenId,
    hidden_act: 'silu',
    hidden_size: text.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: text.intermediateSize,
    max_position_embeddings: text.maxPositionEmbeddings,
    max_window_layers: text.numHiddenLayers,
    num_attention_heads: text.numAttentionHeads,
    num_hidden_layers: text.numHiddenLayers,
    num_key_value_heads: text.numKeyValueHeads,
    rms_norm_eps: text.rmsNormEps,
    rope_theta: text.ropeTheta,
    rope_scaling: { type: 'mrope', mrope_section: [...text.mropeSection] },
    tie_word_embeddings: text.tieWordEmbeddings,
    torch_dtype: dtype,
    use_cache: true,
    use_sliding_window: false,
    vocab_size: text.vocabSize,
    vision_config: {
      model_type: MODEL_TYPE,
      depth: vision.depth,
      hidden_act: vision.hiddenAct,
      hidden_size: vision.hiddenSize,
      intermediate_size: vision.intermediateSize,
      num_heads: vision.numHeads,
      in_channels: vision.inChannels,
      in_chans: vision.inChannels,
      out_hidden_size: vision.outHiddenSize,
      patch_size: vision.patchSize,
      spatial_patch_size: vision.patchSize,
      spatial_merge_size: vision.spatialMergeSize,
      temporal_patch_size: vision.temporalPatchSize,
      window_size: vision.windowSize,
      fullatt_block_indexes: [...vision.fullattBlockIndexes],
      tokens_per_second: vision.tokensPerSecond,
      ...(vision.ropeTheta === 10_000 ? {} : { rope_parameters: { rope_theta: vision.ropeTheta, rope_type: 'axial' } }),
    },
  };
}
