/** Qwen3-VL (Bai et al. 2025, Qwen3-VL Technical Report), its dense models, as a family: `model_type` qwen3_vl. */

import { DECODER_LINEAR } from '../../network/adapters/lora.ts';
import type { ModelFamily } from '../family.ts';
import { featuresByGrid } from '../qwen-shared/by-grid.ts';
import { defaultTemplate, IMAGE_MARK, imageText } from '../qwen-shared/marks.ts';
import { givenImages } from '../qwen-shared/pictures/given-images.ts';
import type { QwenGrid } from '../qwen-shared/pictures/grid.ts';
import { patchDim, pictureSide } from '../qwen-shared/pictures/patch-sizes.ts';
import { type PreprocessorDefaults, preprocessorJson, qwenImageEncoder } from '../qwen-shared/pictures/preprocessor.ts';
import { mropePositions } from '../qwen-shared/positions.ts';
import { MODEL_TYPE, parseQwen3VlConfig, type Qwen3VlConfig } from './config.ts';
import { qwen3VlConfigJson } from './config-json.ts';
import { expectedTensors } from './expected-tensors.ts';
import { visionForward } from './vision.ts';

/** As the released checkpoints' files have it: 64 to 16384 image tokens; a file written here allows small pictures. */
export const QWEN3_PICTURES: PreprocessorDefaults = {
  processor: 'Qwen3VLProcessor',
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  minPixels: 256 * 256,
  maxPixels: 4096 * 4096,
  tokens: [4, 16384],
};

const ownTemplate = defaultTemplate('Qwen3-VL');

/** A weight's name in files, which is its name in transformers' model too. */
const fileName = (name: string): string =>
  name.replace(/^model\./, 'model.language_model.').replace(/^visual\./, 'model.visual.');

/** The family of Qwen3-VL's dense checkpoints. */
export const qwen3Vl: ModelFamily<Qwen3VlConfig, QwenGrid> = {
  modelType: MODEL_TYPE,
  title: 'Qwen3-VL',
  parseConfig: parseQwen3VlConfig,
  configJson: qwen3VlConfigJson,
  describeVision: ({ vision: v }) =>
    `${v.depth} blocks of ${v.hiddenSize}, ${v.numHeads} heads, patch ${v.patchSize} merged ${v.spatialMergeSize}x${v.spatialMergeSize}, ${v.numPositionEmbeddings} learned places, DeepStack from ${v.deepstackVisualIndexes.join(', ') || 'none'}`,

  expectedTensors,
  weightName: (name) => name.replace(/^model\.language_model\./, 'model.').replace(/^model\.visual\./, 'visual.'),
  fileName,
  modulePath: (name) => fileName(name).replace(/\.(?:weight|bias)$/, ''),
  visionPrefix: 'visual.',
  loraTargets: DECODER_LINEAR,

  imageEncoder: ({ vision }, json, where) => qwenImageEncoder(vision, json, QWEN3_PICTURES, where),
  preprocessorJson: ({ vision }) => preprocessorJson(vision, QWEN3_PICTURES),
  pictureSide: ({ vision }, wanted) => pictureSide(vision, wanted),
  pixelWidth: ({ vision }) => patchDim(vision),
  givenImages: ({ vision }, input, where) => givenImages(vision, input, where),
  imageFeatures: ({ vision }, w, images) =>
    featuresByGrid(images, (pixels, count, { thw }) => visionForward(vision, w, pixels, count, thw)),

  imageMark: IMAGE_MARK,
  chat: (messages, template) => (template ?? ownTemplate).render(messages, IMAGE_MARK),
  imageText: (_config, grid) => imageText(grid),
  positions: mropePositions,
};
