/**
 * Writes a model configuration as `config.json`, in the form of the released checkpoints: transformers 4.57 up to 5 and
 * vLLM read it, and so does `parseQwen3VlConfig`, to the same configuration.
 */
import type { CheckpointDtype } from '../family.ts';
import { MODEL_TYPE, type Qwen3VlConfig } from './config.ts';

/** The JSON value of a `config.json` for this model. */
export function qwen3VlConfigJson(config: Qwen3VlConfig, dtype: CheckpointDtype = 'float32'): Record<string, unknown> {
  const { text, vision } = config;
  const [onlyEnd, ...otherEnds] = text.eosTokenIds;
  return {
    architectures: ['Qwen3VLForConditionalGeneration'],
    model_type: MODEL_TYPE,
    image_token_id: config.imageTokenId,
    video_token_id: config.videoTokenId,
    vision_start_token_id: config.visionStartTokenId,
    vision_end_token_id: config.visionEndTokenId,
    tie_word_embeddings: text.tieWordEmbeddings,
    dtype,
    text_config: {
      model_type: 'qwen3_vl_text',
      attention_bias: false,
      attention_dropout: 0,
      ...(text.bosTokenId === null ? {} : { bos_token_id: text.bosTokenId }),
      ...(onlyEnd === undefined ? {} : { eos_token_id: otherEnds.length === 0 ? onlyEnd : text.eosTokenIds }),
      ...(text.padTokenId === null ? {} : { pad_token_id: text.padTokenId }),
      dtype,
      head_dim: text.headDim,
      hidden_act: 'silu',
      hidden_size: text.hiddenSize,
      initializer_range: 0.02,
      intermediate_size: text.intermediateSize,
      max_position_embeddings: text.maxPositionEmbeddings,
      num_attention_heads: text.numAttentionHeads,
      num_hidden_layers: text.numHiddenLayers,
      num_key_value_heads: text.numKeyValueHeads,
      rms_norm_eps: text.rmsNormEps,
      rope_theta: text.ropeTheta,
      rope_scaling: { rope_type: 'default', mrope_section: [...text.mropeSection], mrope_interleaved: true },
      tie_word_embeddings: text.tieWordEmbeddings,
      use_cache: true,
      vocab_size: text.vocabSize,
    },
    vision_config: {
      model_type: MODEL_TYPE,
      deepstack_visual_indexes: [...vision.deepstackVisualIndexes],
      depth: vision.depth,
      hidden_act: vision.hiddenAct,
      hidden_size: vision.hiddenSize,
      in_channels: vision.inChannels,
      initializer_range: 0.02,
      intermediate_size: vision.intermediateSize,
      num_heads: vision.numHeads,
      num_position_embeddings: vision.numPositionEmbeddings,
      out_hidden_size: vision.outHiddenSize,
      patch_size: vision.patchSize,
      spatial_merge_size: vision.spatialMergeSize,
      temporal_patch_size: vision.temporalPatchSize,
      ...(vision.ropeTheta === 10_000 ? {} : { rope_parameters: { rope_theta: vision.ropeTheta, rope_type: 'axial' } }),
    },
  };
}
