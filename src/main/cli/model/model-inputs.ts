/**
 * The input file of `sophia model logits`: `input_ids` (one list per row, left-padded by `attention_mask`) or `text` (one or several;
 * each <image> mark takes the next image), with `images`: paths relative to the file, or as the model's processor gives them (for
 * Qwen2.5-VL `pixel_values` and `image_grid_thw`).
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { firstOf } from '../../../shared/values/list.ts';
import type { ImageInput, ModelConfig } from '../../model/families/family.ts';
import type { ModelInputs } from '../../model/families/plain-pass.ts';
import { promptOfText } from '../../model/families/prompt.ts';
import { familyOf } from '../../model/families/registry.ts';
import { loadImageEncoder } from '../../model/folder/model-folder.ts';
import { loadTokenizer } from '../../model/folder/tokenizer.ts';
import { readImage } from '../../model/image/decode-image.ts';

const rows = z.union([
  z.array(z.array(z.int().nonnegative()).min(1)).min(1),
  z
    .array(z.int().nonnegative())
    .min(1)
    .transform((row) => [row]),
]);
/** What else stands in the file is the family's: images as its processor gives them. */
const schema = z.looseObject({
  input_ids: rows.optional(),
  attention_mask: rows.optional(),
  text: z.union([z.array(z.string()).min(1), z.string().transform((text) => [text])]).optional(),
  images: z.array(z.string()).default([]),
});

/** Reads and checks an input file for a model. @throws SophiaError 'usage' naming the key that is wrong. */
export function readModelInputs(path: string, dir: string, config: ModelConfig): ModelInputs {
  const input = parse(path);
  const images = imagesOf(input, path, dir, config);
  const filled = input.input_ids ?? idsOfTexts(input.text, images, path, dir, config);
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
    throw new SophiaError('usage', `${path}: attention_mask and input_ids differ in shape.`);
  const padding = config.text.padTokenId ?? 0;
  const inputIds = filled.map((row) => [...Array<number>(length - row.length).fill(padding), ...row]);
  const beyond = inputIds.flat().find((id) => id >= config.text.vocabSize);
  if (beyond !== undefined)
    throw new SophiaError('usage', `${path}: token ${beyond} is beyond the vocabulary of ${config.text.vocabSize}.`);
  return { inputIds, attentionMask: mask, images };
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
  const issue = firstOf(result.error.issues, 'failed check');
  throw new SophiaError('usage', `${path}: ${issue.path.join('.')}: ${issue.message}.`);
}

/** The images: as the processor's own tensors where the file has them, else read from the named files and prepared for the model. */
function imagesOf(input: Input, path: string, dir: string, config: ModelConfig): ImageInput[] {
  const given = familyOf(config).givenImages(config, input, path);
  if (given !== null) return given;
  const encoder = loadImageEncoder(dir, config);
  return input.images.map((image) => encoder.encode(readImage(resolve(dirname(path), image))));
}

/** Token ids of the texts, each <image> mark filled with the next image's tokens. */
function idsOfTexts(
  texts: readonly string[] | undefined,
  images: readonly ImageInput[],
  path: string,
  dir: string,
  config: ModelConfig,
): number[][] {
  if (texts === undefined) throw new SophiaError('usage', `${path} has neither input_ids nor text.`);
  const { imageMark } = familyOf(config);
  const marked = texts.map((text) => text.replaceAll('<image>', imageMark));
  const marks = marked.map((text) => text.split(imageMark).length - 1);
  const total = marks.reduce((sum, count) => sum + count, 0);
  if (total !== images.length)
    throw new SophiaError('usage', `${path}: ${total} <image> marks for ${images.length} images.`);
  const maker = { config, tokenizer: loadTokenizer(dir) };
  const grids = images.map(({ grid }) => grid);
  return marked.map((text, i) => [...promptOfText(maker, text, grids.splice(0, marks[i])).ids]);
}
