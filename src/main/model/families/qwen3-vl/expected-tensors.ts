/**
 * Every weight of a configuration, with the shape a file holds. Names begin with `visual.` and `model.`, as the
 * decoder's do; files name them `model.visual.` and `model.language_model.`.
 */

import type { ExpectedTensor } from '../../network/weights.ts';
import { decoderTensors, linearTensors as linear } from '../decoder-tensors.ts';
import type { Qwen3VlConfig } from './config.ts';

/** All weights of a configuration, vision tower first; `lm_head.weight` only where the embeddings are not tied. */
export function expectedTensors(config: Qwen3VlConfig): ExpectedTensor[] {
  return [...visionTensors(config), ...decoderTensors(config.text)];
}

function visionTensors({ vision: v }: Qwen3VlConfig): ExpectedTensor[] {
  const merged = v.hiddenSize * v.spatialMergeSize ** 2;
  const norm = (name: string, width: number): ExpectedTensor[] => [
    { name: `${name}.weight`, shape: [width] },
    { name: `${name}.bias`, shape: [width] },
  ];
  const merger = (at: string, normed: number) => [
    ...norm(`${at}.norm`, normed),
    ...linear(`${at}.linear_fc1`, merged, merged, true),
    ...linear(`${at}.linear_fc2`, v.outHiddenSize, merged, true),
  ];
  const blocks = Array.from({ length: v.depth }, (_, i) => {
    const at = `visual.blocks.${i}`;
    return [
      ...norm(`${at}.norm1`, v.hiddenSize),
      ...norm(`${at}.norm2`, v.hiddenSize),
      ...linear(`${at}.attn.qkv`, 3 * v.hiddenSize, v.hiddenSize, true),
      ...linear(`${at}.attn.proj`, v.hiddenSize, v.hiddenSize, true),
      ...linear(`${at}.mlp.linear_fc1`, v.intermediateSize, v.hiddenSize, true),
      ...linear(`${at}.mlp.linear_fc2`, v.hiddenSize, v.intermediateSize, true),
    ];
  });
  return [
    {
      name: 'visual.patch_embed.proj.weight',
      shape: [v.hiddenSize, v.inChannels, v.temporalPatchSize, v.patchSize, v.patchSize],
    },
    { name: 'visual.patch_embed.proj.bias', shape: [v.hiddenSize] },
    { name: 'visual.pos_embed.weight', shape: [v.numPositionEmbeddings, v.hiddenSize] },
    ...blocks.flat(),
    ...merger('visual.merger', v.hiddenSize),
    ...v.deepstackVisualIndexes.flatMap((_, i) => merger(`visual.deepstack_merger_list.${i}`, merged)),
  ];
}
