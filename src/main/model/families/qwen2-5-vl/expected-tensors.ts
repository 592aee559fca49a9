/**
 * Every weight of a configuration under its released name, with the shape a file holds. One list serves loading checks, saving and
 * initialisation.
 */
import type { ModelConfig } from './config.ts';

/** One weight as a checkpoint file holds it: linear layers [out, in], the patch embedding as a 3-D convolution. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** All weights of a configuration, vision tower first; `lm_head.weight` only where the embeddings are not tied. */
export function expectedTensors(config: ModelConfig): ExpectedTensor[] {
  return [...visionTensors(config), ...textTensors(config)];
}

function linear(name: string, out: number, into: number, bias: boolean): ExpectedTensor[] {
  const weight = { name: `${name}.weight`, shape: [out, into] };
  return bias ? [weight, { name: `${name}.bias`, shape: [out] }] : [weight];
}

function visionTensors({ vision: v }: ModelConfig): ExpectedTensor[] {
  const merged = v.hiddenSize * v.spatialMergeSize ** 2;
  const blocks = Array.from({ length: v.depth }, (_, i) => {
    const at = `visual.blocks.${i}`;
    return [
      { name: `${at}.norm1.weight`, shape: [v.hiddenSize] },
      { name: `${at}.norm2.weight`, shape: [v.hiddenSize] },
      ...linear(`${at}.attn.qkv`, 3 * v.hiddenSize, v.hiddenSize, true),
      ...linear(`${at}.attn.proj`, v.hiddenSize, v.hiddenSize, true),
      ...linear(`${at}.mlp.gate_proj`, v.intermediateSize, v.hiddenSize, true),
      ...linear(`${at}.mlp.up_proj`, v.intermediateSize, v.hiddenSize, true),
      ...linear(`${at}.mlp.down_proj`, v.hiddenSize, v.intermediateSize, true),
    ];
  });
  return [
    {
      name: 'visual.patch_embed.proj.weight',
      shape: [v.hiddenSize, v.inChannels, v.temporalPatchSize, v.patchSize, v.patchSize],
    },
    ...blocks.flat(),
    { name: 'visual.merger.ln_q.weight', shape: [v.hiddenSize] },
    ...linear('visual.merger.mlp.0', merged, merged, true),
    ...linear('visual.merger.mlp.2', v.outHiddenSize, merged, true),
  ];
}

function textTensors({ text: t }: ModelConfig): ExpectedTensor[] {
  const query = t.numAttentionHeads * t.headDim;
  const keyValue = t.numKeyValueHeads * t.headDim;
  const layers = Array.from({ length: t.numHiddenLayers }, (_, i) => {
    const at = `model.layers.${i}`;
    return [
      { name: `${at}.input_layernorm.weight`, shape: [t.hiddenSize] },
      ...linear(`${at}.self_attn.q_proj`, query, t.hiddenSize, true),
      ...linear(`${at}.self_attn.k_proj`, keyValue, t.hiddenSize, true),
      ...linear(`${at}.self_attn.v_proj`, keyValue, t.hiddenSize, true),
      ...linear(`${at}.self_attn.o_proj`, t.hiddenSize, query, false),
      { name: `${at}.post_attention_layernorm.weight`, shape: [t.hiddenSize] },
      ...linear(`${at}.mlp.gate_proj`, t.intermediateSize, t.hiddenSize, false),
      ...linear(`${at}.mlp.up_proj`, t.intermediateSize, t.hiddenSize, false),
      ...linear(`${at}.mlp.down_proj`, t.hiddenSize, t.intermediateSize, false),
    ];
  });
  return [
    { name: 'model.embed_tokens.weight', shape: [t.vocabSize, t.hiddenSize] },
    ...layers.flat(),
    { name: 'model.norm.weight', shape: [t.hiddenSize] },
    ...(t.tieWordEmbeddings ? [] : [{ name: 'lm_head.weight', shape: [t.vocabSize, t.hiddenSize] }]),
  ];
}
