/**
 * The input file of `sophia model logits`: `input_ids` (one list per row, left-padded by `attention_mask`) or `text` (one or several;
 * each <image> mark takes the next image), with `images` (paths relative to the file) or `pixel_values` and `image_grid_thw`.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';
import type { ModelInputs } from '../../model/families/qwen2-5-vl/qwen-vl.ts';
import { loadTokenizer } from '../../model/folder/tokenizer.ts';
import { readImage } from '../../model/image/decode-image.ts';
import { imageTokenCount, imageToPatches, loadPreprocessor } from '../../model/image/preprocessor.ts';
import type { GridThw } from '../../model/network/rope.ts';

const rows = z.union([
  z.array(z.array(z.int().nonnegative()).min(1)).min(1),
  z
    .array(z.int().nonnegative())
    .min(1)
    .transform((row) => [row]),
]);
const side = z.int().positive();

const schema = z.object({
  input_ids: rows.optional(),
  attention_mask: rows.optional(),
  text: z.union([z.array(z.string()).min(1), z.string().transform((text) => [text])]).optional(),
  images: z.array(z.string()).default([]),
  pixel_values: z.array(z.array(z.number())).optional(),
  image_grid_thw: z.array(z.tuple([side, side, side])).optional(),
});

/** Reads and checks an input file for a model. @throws SophiaError 'usage' naming the key that is wrong. */
export function readModelInputs(path: string, dir: string, config: ModelConfig): ModelInputs {
  const input = parse(path);
  const { pixelValues, gridThw } = pixelsOf(input, path, dir, config);
  const ids = input.input_ids ?? input.text?.map((text) => encode(text, dir));
  if (ids === undefined) throw new SophiaError('usage', `${path} has neither input_ids nor text.`);
  const filled = input.text && !input.input_ids ? fillImages(ids, gridThw, config, path) : ids;
  const length = Math.max(...filled.map((row) => row.length));
  if (input.input_ids && filled.some((row) => row.length !== length))
    throw new SophiaError(
      'usage',
      `${path}: the rows of input_ids differ in length.`,
      'Pad them on the left and give attention_mask.',
    );
  const mask =
    input.attention_mask ?? filled.map((row) => Array.from({ length }, (_, i) => (i < length - row.length ? 0 : 1)));
  if (mask.length !== filled.length || mask.some((row) => row.length !== length))
    throw new SophiaError('usage', `${path}: attention_mask has not the shape of input_ids.`);
  const padding = config.text.padTokenId ?? 0;
  const inputIds = filled.map((row) => [...Array<number>(length - row.length).fill(padding), ...row]);
  const beyond = inputIds.flat().find((id) => id >= config.text.vocabSize);
  if (beyond !== undefined)
    throw new SophiaError('usage', `${path}: token ${beyond} is beyond the vocabulary of ${config.text.vocabSize}.`);
  return { inputIds, attentionMask: mask, pixelValues, gridThw };
}

type Input = z.infer<typeof schema>;

function parse(path: string): Input {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SophiaError('usage', `${path} cannot be read as JSON: ${(error as Error).message.split('\n')[0]}.`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new SophiaError('usage', `${path}: ${issue.path.join('.')}: ${issue.message}.`);
}

function pixelsOf(
  input: Input,
  path: string,
  dir: string,
  config: ModelConfig,
): Pick<ModelInputs, 'pixelValues' | 'gridThw'> {
  const { pixel_values: values, image_grid_thw: grids } = input;
  if (values !== undefined || grids !== undefined) {
    const patches = (grids ?? []).reduce((sum, [t, h, w]) => sum + t * h * w, 0);
    const { inChannels, temporalPatchSize, patchSize } = config.vision;
    const width = inChannels * temporalPatchSize * patchSize ** 2;
    if (values?.length !== patches || values.some((row) => row.length !== width)) {
      throw new SophiaError(
        'usage',
        `${path}: pixel_values must be ${patches} rows (from image_grid_thw) of ${width} numbers.`,
      );
    }
    return { pixelValues: Float32Array.from(values.flat()), gridThw: grids! };
  }
  const preprocessor = loadPreprocessor(dir, config.vision);
  const images = input.images.map((image) =>
    imageToPatches(readImage(resolve(dirname(path), image)), preprocessor, config.vision),
  );
  if (images.length === 0) return { pixelValues: null, gridThw: [] };
  const pixelValues = new Float32Array(images.reduce((sum, image) => sum + image.pixelValues.length, 0));
  let at = 0;
  for (const image of images) {
    pixelValues.set(image.pixelValues, at);
    at += image.pixelValues.length;
  }
  return { pixelValues, gridThw: images.map((image) => image.gridThw) };
}

const MARK = '<|vision_start|><|image_pad|><|vision_end|>';

function encode(text: string, dir: string): number[] {
  return loadTokenizer(dir).encode(text.replaceAll('<image>', MARK));
}

/** Repeats each image place as often as its image has tokens. */
function fillImages(
  ids: readonly (readonly number[])[],
  grids: readonly GridThw[],
  config: ModelConfig,
  path: string,
): number[][] {
  let image = 0;
  const filled = ids.map((row) =>
    row.flatMap((id) => {
      if (id !== config.imageTokenId) return [id];
      const grid = grids[image++];
      return grid === undefined ? [id] : Array<number>(imageTokenCount(grid, config.vision)).fill(id);
    }),
  );
  if (image !== grids.length)
    throw new SophiaError('usage', `${path}: ${image} <image> marks for ${grids.length} images.`);
  return filled;
}
