/**
 * The sizes of the decoder that every family shares: a language model like Qwen2 or Qwen3 (RMSNorm, grouped-query
 * attention with rotary positions, SwiGLU). A family (families/) reads them from its config.json; the network knows nothing else about
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
  readonly headDim: number; // of a query, key or value; heads may be wider together than hiddenSize
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly mropeSection: readonly number[]; // frequencies per position axis (time, height, width; or one axis); they sum to headDim / 2
  // What only some families have is named only where it is so: a model's hash covers its configuration.
  readonly mropeInterleaved?: true; // the axes take the frequencies in turn, not in sections
  readonly qkNorm?: true; // each head's queries and keys are normed before they are turned
  readonly qkvBias?: false; // queries, keys and values have no biases
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
