/** The checks that need no tensors: configuration forms, image processing, position ids, window order. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchPositions } from '../../src/main/model/families/plain-pass.ts';
import { chatText, promptOfText } from '../../src/main/model/families/prompt.ts';
import type { QwenGrid } from '../../src/main/model/families/qwen-shared/pictures/grid.ts';
import { smartResize } from '../../src/main/model/families/qwen-shared/pictures/smart-resize.ts';
import type { QwenVlConfig } from '../../src/main/model/families/qwen2-5-vl/config.ts';
import { visionLayout } from '../../src/main/model/families/qwen2-5-vl/vision-layout.ts';
import { parseModelConfig } from '../../src/main/model/families/registry.ts';
import { loadImageEncoder } from '../../src/main/model/folder/model-folder.ts';
import { loadTokenizer } from '../../src/main/model/folder/tokenizer.ts';
import { readImage } from '../../src/main/model/image/decode-image.ts';
import { resizeBicubic } from '../../src/main/model/image/resize.ts';
import { type Fixture, type FixtureCase, inputsOf, tensorOf } from './fixture.ts';
import { largestDifference, type Tally } from './tally.ts';

/** Two 8-bit levels after normalisation by CLIP's smallest standard deviation: torchvision's resizing against Pillow's. */
const TWO_LEVELS = 2 / 255 / 0.2613 + 1e-5;

/** Runs all of them. */
export function checkPlain(fixture: Fixture, tally: Tally): void {
  checkConfigForms(fixture, tally);
  checkImages(fixture, tally);
  checkPrompts(fixture, tally);
  for (const { h, w, factor, min_pixels, max_pixels, out } of fixture.expected.smart_resize) {
    const size = smartResize(h, w, factor, min_pixels, max_pixels);
    tally.note('smart_resize', largestDifference([size.height, size.width], out), 0, `${h}x${w}`);
  }
  for (const [name, one] of Object.entries(fixture.expected.cases)) {
    checkPositions(fixture, name, one, tally);
    checkWindows(fixture, name, one, tally);
  }
}

function checkConfigForms({ dir, config }: Fixture, tally: Tally): void {
  const other = join(dir, 'config.hub-style.json');
  if (!existsSync(other)) return;
  const same =
    JSON.stringify(parseModelConfig(JSON.parse(readFileSync(other, 'utf8')), other)) === JSON.stringify(config);
  tally.note('config, both forms', same ? 0 : 1, 0, 'config.hub-style.json');
}

function checkImages(fixture: Fixture, tally: Tally): void {
  const { dir, config, expected } = fixture;
  const encoder = loadImageEncoder(dir, config);
  for (const [name, { file, grid_thw, out }] of Object.entries(expected.images)) {
    const image = readImage(join(dir, file));
    if (out !== undefined) {
      const resized = readImage(join(dir, out));
      tally.note(
        'bicubic resize (levels)',
        largestDifference(resizeBicubic(image, resized).data, resized.data),
        1,
        file,
      );
    }
    if (!fixture.tensors.has(`${name}.pixel_values`)) continue;
    const patches = encoder.encode(image);
    const [, rows, columns] = (patches.grid as QwenGrid).thw;
    const { patchSize } = (config as QwenVlConfig).vision;
    const resized = columns * patchSize !== image.width || rows * patchSize !== image.height;
    const difference = largestDifference(patches.pixelValues, tensorOf(fixture, `${name}.pixel_values`)!);
    // transformers' default resizing is torchvision's, which rounds up to two levels differently from Pillow's.
    tally.note(resized ? 'pixel_values, resized' : 'pixel_values', difference, resized ? TWO_LEVELS : 1e-5, file);
    if (grid_thw?.[0])
      tally.note('image_grid_thw', largestDifference((patches.grid as QwenGrid).thw, grid_thw[0]), 0, file);
  }
}

/** Positions where a token is attended; transformers' versions fill padding with 0 or 1. */
function checkPositions(fixture: Fixture, name: string, fixtureCase: FixtureCase, tally: Tally): void {
  const rows = batchPositions(fixture.config, inputsOf(fixture, fixtureCase));
  rows.forEach((positions, row) => {
    const attended = fixtureCase.attention_mask[row]!;
    const kept = (list: ArrayLike<number>) => Array.from(list).filter((_, i) => attended[i]);
    const got = positions.flatMap(kept);
    if (fixtureCase.position_ids) {
      const expected = fixtureCase.position_ids.flatMap((axis) => kept(axis[row]!));
      tally.note('position_ids', largestDifference(got, expected), 0, `${name}, row ${row}`);
    }
    const delta = Math.max(...got) + 1 - attended.filter(Boolean).length;
    if (fixtureCase.rope_deltas)
      tally.note('rope_deltas', Math.abs(delta - fixtureCase.rope_deltas[row]![0]!), 0, `${name}, row ${row}`);
  });
}

/** The prompts of transformers' processor: chat template, image tokens in their places, tokenizer. */
function checkPrompts({ dir, config, expected }: Fixture, tally: Tally): void {
  for (const [name, { messages, files, text, input_ids }] of Object.entries(expected.prompts)) {
    const maker = { config, tokenizer: loadTokenizer(dir) };
    const encoder = loadImageEncoder(dir, config);
    const grids = files.map((file) => encoder.encode(readImage(join(dir, file))).grid);
    const got = chatText(maker, messages);
    tally.note('chat text', got === text ? 0 : 1, 0, name);
    tally.note('prompt ids', largestDifference(promptOfText(maker, got, grids).ids, input_ids), 0, name);
  }
}

/** The order of Qwen2.5-VL's windows. */
function checkWindows(fixture: Fixture, name: string, fixtureCase: FixtureCase, tally: Tally): void {
  if (fixtureCase.window_index === undefined) return;
  const config = fixture.config as QwenVlConfig;
  const index: number[] = [];
  const ends = [0];
  for (const grid of fixtureCase.image_grid_thw ?? []) {
    const layout = visionLayout(grid, config.vision);
    const before = index.length;
    for (const unit of layout.windowIndex) index.push(before + unit);
    for (const length of layout.windowLengths) ends.push(ends.at(-1)! + length);
  }
  if (fixtureCase.window_index) tally.note('window_index', largestDifference(index, fixtureCase.window_index), 0, name);
  if (fixtureCase.cu_window_seqlens)
    tally.note('cu_window_seqlens', largestDifference(ends, fixtureCase.cu_window_seqlens), 0, name);
}
