/**
 * Every weight of a configuration under its released name, with the shape a file holds. One list serves loading checks,
 * saving and initialisation.
 */

import type { ExpectedTensor } from '../../network/weights.ts';
import { decoderTensors, linearTensors as linear } from '../decoder-tensors.ts';
import type { QwenVlConfig } from './config.ts';

/** All weights of a configuration, vision tower first; `lm_head.weight` only where the embeddings are not tied. */
export function expectedTensors(config: QwenVlConfig): ExpectedTensor[] {
  return [...visionTensors(config), ...decoderTensors(config.text)];
}

function visionTensors({ vision: v }: QwenVlConfig): ExpectedTensor[] {
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
