/**
 * The embedded model's configuration: Qwen2.5-VL in small, 56x56 pixels in patches of 7, 16 image tokens (design.md section 4 measured
 * that this learns 2.5 times faster than 112x112 with patch 14).
 */
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';

/** Sizes of tiny-vl-*; token ids come from the tokenizer. */
export function tinyConfig(vocabSize: number, tokenId: (token: string) => number): ModelConfig {
  return {
    text: {
      vocabSize,
      hiddenSize: 128,
      intermediateSize: 384,
      numHiddenLayers: 4,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      headDim: 32,
      rmsNormEps: 1e-6,
      ropeTheta: 10000,
      mropeSection: [4, 6, 6],
      maxPositionEmbeddings: 512,
      tieWordEmbeddings: false,
      eosTokenIds: [tokenId('<|im_end|>')],
      bosTokenId: null,
      padTokenId: tokenId('<|endoftext|>'),
    },
    vision: {
      depth: 3,
      hiddenSize: 96,
      outHiddenSize: 128,
      intermediateSize: 192,
      numHeads: 3,
      patchSize: 7,
      spatialMergeSize: 2,
      temporalPatchSize: 2,
      windowSize: 28,
      fullattBlockIndexes: [1, 2],
      inChannels: 3,
      hiddenAct: 'silu',
      tokensPerSecond: 2,
      ropeTheta: 10000,
    },
    imageTokenId: tokenId('<|image_pad|>'),
    videoTokenId: tokenId('<|video_pad|>'),
    visionStartTokenId: tokenId('<|vision_start|>'),
    visionEndTokenId: tokenId('<|vision_end|>'),
  };
}
