/**
 * Floating-point operations of a step's matrix products (2 per multiply-add; a backward pass counts twice its forward one). Norms, softmax, rotary
 * positions and the optimiser are left out: the figure is what the arithmetic alone must cost, a lower bound. `shared`: a group's prompt and
 * picture are computed once for its responses (ours); else once per response (the peer).
 */
import type { QwenVlConfig, VisionConfig } from '../../src/main/model/families/qwen2-5-vl/config.ts';
import type { TextConfig } from '../../src/main/model/network/decoder-config.ts';

/** One step's shape. `patches` is 0 without pictures. */
export interface StepShape {
  readonly groups: number;
  readonly perGroup: number;
  readonly prompt: number;
  readonly newTokens: number;
  readonly patches: number;
  readonly visionTrained: boolean;
  readonly shared: boolean;
  readonly requestTokens: number; // what a TRM reads after the question, 0 without one
}

/** FLOP of a step by phase. */
export interface StepFlop {
  readonly generate: number;
  readonly thinking: number;
  readonly reference: number;
  readonly update: number;
  readonly total: number;
}

/** Counts a step. */
export function stepFlop(config: QwenVlConfig, shape: StepShape): StepFlop {
  const { groups, perGroup, prompt, newTokens, patches } = shape;
  const rows = groups * perGroup;
  const copies = shape.shared ? groups : rows; // prompts and pictures computed
  const picture = patches === 0 ? 0 : copies * visionFlop(config.vision, patches);
  const pass = (after: number, logits: number) =>
    copies * stretchFlop(config.text, 0, prompt) +
    rows * (stretchFlop(config.text, prompt, after) + logits * logitFlop(config.text));
  const generate = picture + pass(newTokens, newTokens);
  const thinking = shape.requestTokens === 0 ? 0 : picture + pass(shape.requestTokens, 1);
  const reference = pass(newTokens, newTokens) + (shape.visionTrained ? picture : 0);
  const update = 3 * (pass(newTokens, newTokens) + (shape.visionTrained ? picture : 0));
  return { generate, thinking, reference, update, total: generate + thinking + reference + update };
}

/** `count` tokens after `before` others through the decoder, without the output layer. */
function stretchFlop(text: TextConfig, before: number, count: number): number {
  const { hiddenSize: h, intermediateSize: inner, headDim, numAttentionHeads: heads, numKeyValueHeads: kv } = text;
  const weights = h * headDim * (heads + 2 * kv) + heads * headDim * h + 3 * h * inner;
  const keys = count * before + (count * (count + 1)) / 2; // causal pairs
  return text.numHiddenLayers * (2 * weights * count + 4 * heads * headDim * keys);
}

function logitFlop(text: TextConfig): number {
  return 2 * text.hiddenSize * text.vocabSize;
}

/** One picture of `patches` patches through the tower and its merger. */
function visionFlop(v: VisionConfig, patches: number): number {
  const merge = v.spatialMergeSize ** 2;
  const merged = v.hiddenSize * merge;
  const patchDim = v.inChannels * v.temporalPatchSize * v.patchSize ** 2;
  const side = Math.floor(v.windowSize / v.patchSize);
  const block = (layer: number) => {
    const keys = v.fullattBlockIndexes.includes(layer) ? patches : Math.min(patches, side * side);
    return (
      2 * patches * (4 * v.hiddenSize ** 2 + 3 * v.hiddenSize * v.intermediateSize) + 4 * v.hiddenSize * patches * keys
    );
  };
  const blocks = Array.from({ length: v.depth }, (_, layer) => block(layer)).reduce((a, b) => a + b, 0);
  return (
    2 * patches * patchDim * v.hiddenSize +
    blocks +
    2 * (patches / merge) * (merged * merged + merged * v.outHiddenSize)
  );
}
