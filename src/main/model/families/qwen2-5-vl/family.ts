/** Qwen2.5-VL (Bai et al. 2025) as a family: `model_type` qwen2_5_vl. */

import { DECODER_LINEAR } from '../../network/adapters/lora.ts';
import type { ModelFamily } from '../family.ts';
import { defaultTemplate, IMAGE_MARK, imageText } from '../qwen-shared/marks.ts';
import { givenImages } from '../qwen-shared/pictures/given-images.ts';
import type { QwenGrid } from '../qwen-shared/pictures/grid.ts';
import { patchDim, pictureSide } from '../qwen-shared/pictures/patch-sizes.ts';
import { CLIP_NORMALISATION } from '../qwen-shared/pictures/patches.ts';
import { type PreprocessorDefaults, preprocessorJson, qwenImageEncoder } from '../qwen-shared/pictures/preprocessor.ts';
import { mropePositions } from '../qwen-shared/positions.ts';
import { MODEL_TYPE, parseQwenVlConfig, type QwenVlConfig } from './config.ts';
import { qwenVlConfigJson } from './config-json.ts';
import { expectedTensors } from './expected-tensors.ts';
import { imageFeatures } from './image-features.ts';

/** transformers' defaults; 4 to 1280 image tokens. */
export const QWEN2_5_PICTURES: PreprocessorDefaults = {
  processor: 'Qwen2_5_VLProcessor',
  normalisation: CLIP_NORMALISATION,
  minPixels: 56 * 56,
  maxPixels: 28 * 28 * 1280,
  tokens: [4, 1280],
};

/** The released models' own adds a system text where a chat has none; this one adds nothing. */
const ownTemplate = defaultTemplate('Qwen2.5-VL');

/** The family of Qwen2.5-VL's checkpoints, released ones and the embedded models alike. */
export const qwen25Vl: ModelFamily<QwenVlConfig, QwenGrid> = {
  modelType: MODEL_TYPE,
  title: 'Qwen2.5-VL',
  parseConfig: parseQwenVlConfig,
  configJson: qwenVlConfigJson,
  describeVision: ({ vision: v }) =>
    `${v.depth} blocks of ${v.hiddenSize}, ${v.numHeads} heads, patch ${v.patchSize} merged ${v.spatialMergeSize}x${v.spatialMergeSize}, window ${v.windowSize}, full attention in ${v.fullattBlockIndexes.join(', ') || 'none'}`,

  expectedTensors,
  weightName: (name) => name.replace(/^model\.language_model\./, 'model.').replace(/^model\.visual\./, 'visual.'),
  fileName: (name) => name, // the released checkpoints' names are ours
  modulePath: (name) =>
    name
      .replace(/^visual\./, 'model.visual.')
      .replace(/^model\.(?!visual\.)/, 'model.language_model.')
      .replace(/\.(?:weight|bias)$/, ''),
  visionPrefix: 'visual.',
  loraTargets: DECODER_LINEAR,

  imageEncoder: ({ vision }, json, where) => qwenImageEncoder(vision, json, QWEN2_5_PICTURES, where),
  preprocessorJson: ({ vision }) => preprocessorJson(vision, QWEN2_5_PICTURES),
  pictureSide: ({ vision }, wanted) => pictureSide(vision, wanted),
  pixelWidth: ({ vision }) => patchDim(vision),
  givenImages: ({ vision }, input, where) => givenImages(vision, input, where),
  imageFeatures,

  imageMark: IMAGE_MARK,
  chat: (messages, template) => (template ?? ownTemplate).render(messages, IMAGE_MARK),
  imageText: (_config, grid) => imageText(grid),
  positions: mropePositions,
};
