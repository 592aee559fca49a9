/** Qwen2.5-VL (Bai et al. 2025) as a family: `model_type` qwen2_5_vl. */

import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstOf } from '../../../../shared/values/list.ts';
import { chatTemplate } from '../../chat/chat-template.ts';
import { chatMl } from '../../chat/chatml.ts';
import { DECODER_LINEAR } from '../../network/adapters/lora.ts';
import type { ModelFamily } from '../family.ts';
import { MODEL_TYPE, parseQwenVlConfig, type QwenVlConfig } from './config.ts';
import { qwenVlConfigJson } from './config-json.ts';
import { expectedTensors } from './expected-tensors.ts';
import { type QwenGrid, qwenGrid } from './grid.ts';
import { imageFeatures } from './image-features.ts';
import { mropePositions } from './positions.ts';
import { imageToPatches, parsePreprocessor, preprocessorJson } from './preprocessor.ts';

const IMAGE = { start: '<|vision_start|>', token: '<|image_pad|>', end: '<|vision_end|>' } as const;
const IMAGE_MARK = `${IMAGE.start}${IMAGE.token}${IMAGE.end}`;

/**
 * For a tokenizer without a template. The released models' own adds a system text where a chat has none; this one adds
 * nothing.
 */
const ownTemplate = chatTemplate(chatMl(IMAGE_MARK), 'Qwen2.5-VL');

const side = z.int().positive();
const given = z.object({
  pixel_values: z.array(z.array(z.number())).optional(),
  image_grid_thw: z.array(z.tuple([side, side, side])).optional(),
});

/** Numbers per patch. */
function patchDim({ vision: { inChannels, temporalPatchSize, patchSize } }: QwenVlConfig): number {
  return inChannels * temporalPatchSize * patchSize ** 2;
}

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

  imageEncoder: (config, json, where) => {
    const preprocessor = parsePreprocessor(json, config.vision, where);
    return (pixels) => imageToPatches(pixels, preprocessor, config.vision);
  },
  preprocessorJson: ({ vision }) => preprocessorJson(vision),
  pictureSide: ({ vision }, wanted) => {
    const step = vision.patchSize * vision.spatialMergeSize;
    return Math.max(2, Math.round(wanted / step)) * step;
  },
  pixelWidth: patchDim,
  givenImages: (config, input, where) => {
    const result = given.safeParse(input);
    if (!result.success) {
      const issue = firstOf(result.error.issues, 'failed check');
      throw new SophiaError('usage', `${where}: ${issue.path.join('.')}: ${issue.message}.`);
    }
    const { pixel_values: values, image_grid_thw } = result.data;
    if (values === undefined && image_grid_thw === undefined) return null;
    const grids = (image_grid_thw ?? []).map((thw) => qwenGrid(thw, config.vision));
    const rows = grids.reduce((sum, grid) => sum + grid.rows, 0);
    const width = patchDim(config);
    if (values?.length !== rows || values.some((row) => row.length !== width))
      throw new SophiaError(
        'usage',
        `${where}: pixel_values must be ${rows} rows (from image_grid_thw) of ${width} numbers.`,
      );
    let row = 0;
    return grids.map((grid) => ({
      grid,
      pixelValues: Float32Array.from(values.slice(row, (row += grid.rows)).flat()),
    }));
  },
  imageFeatures,

  imageMark: IMAGE_MARK,
  chat: (messages, template) => (template ?? ownTemplate).render(messages, IMAGE_MARK),
  imageText: (_config, { tokens }) => `${IMAGE.start}${IMAGE.token.repeat(tokens)}${IMAGE.end}`,
  positions: mropePositions,
};
