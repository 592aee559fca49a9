/**
 * The sizes of the decoder that every family shares: a Qwen2-like language model (RMSNorm, grouped-query attention with
 * rotary positions, SwiGLU). A family (families/) reads them from its config.json; the network knows nothing else about
 * where a model comes from.
 */

/** The language model's sizes. */
export interface TextConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number; // hiddenSize / numAttentionHeads
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly mropeSection: readonly number[]; // frequencies per position axis (time, height, width; or one axis); they sum to headDim / 2
  readonly maxPositionEmbeddings: number;
  readonly tieWordEmbeddings: boolean; // the output layer is the embedding table: no lm_head.weight
  readonly eosTokenIds: readonly number[]; // empty: none named
  readonly bosTokenId: number | null;
  readonly padTokenId: number | null;
}

/** What the network needs of a model's configuration; each family's own adds to it. */
export interface NetworkConfig {
  readonly text: TextConfig;
}
