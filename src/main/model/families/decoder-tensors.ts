/**
 * The decoder's weights by name, with the shapes that files hold: what every family's list of expected tensors ends
 * with.
 */
import type { TextConfig } from '../network/decoder-config.ts';
import type { ExpectedTensor } from '../network/weights.ts';

/** The decoder's weights; `lm_head.weight` only where the embeddings are not tied. */
export function decoderTensors(t: TextConfig): ExpectedTensor[] {
  const query = t.numAttentionHeads * t.headDim;
  const keyValue = t.numKeyValueHeads * t.headDim;
  const hasBias = t.qkvBias !== false;
  const layers = Array.from({ length: t.numHiddenLayers }, (_, i) => {
    const at = `model.layers.${i}`;
    return [
      { name: `${at}.input_layernorm.weight`, shape: [t.hiddenSize] },
      ...linearTensors(`${at}.self_attn.q_proj`, query, t.hiddenSize, hasBias),
      ...linearTensors(`${at}.self_attn.k_proj`, keyValue, t.hiddenSize, hasBias),
      ...linearTensors(`${at}.self_attn.v_proj`, keyValue, t.hiddenSize, hasBias),
      ...(t.qkNorm ? ['q_norm', 'k_norm'] : []).map((norm) => ({
        name: `${at}.self_attn.${norm}.weight`,
        shape: [t.headDim],
      })),
      ...linearTensors(`${at}.self_attn.o_proj`, t.hiddenSize, query, false),
      { name: `${at}.post_attention_layernorm.weight`, shape: [t.hiddenSize] },
      ...linearTensors(`${at}.mlp.gate_proj`, t.intermediateSize, t.hiddenSize, false),
      ...linearTensors(`${at}.mlp.up_proj`, t.intermediateSize, t.hiddenSize, false),
      ...linearTensors(`${at}.mlp.down_proj`, t.hiddenSize, t.intermediateSize, false),
    ];
  });
  return [
    { name: 'model.embed_tokens.weight', shape: [t.vocabSize, t.hiddenSize] },
    ...layers.flat(),
    { name: 'model.norm.weight', shape: [t.hiddenSize] },
    ...(t.tieWordEmbeddings ? [] : [{ name: 'lm_head.weight', shape: [t.vocabSize, t.hiddenSize] }]),
  ];
}

/** A linear layer's weight [out, in], and its bias [out] where it has one. */
export function linearTensors(name: string, out: number, into: number, bias: boolean): ExpectedTensor[] {
  const weight = { name: `${name}.weight`, shape: [out, into] };
  return bias ? [weight, { name: `${name}.bias`, shape: [out] }] : [weight];
}
