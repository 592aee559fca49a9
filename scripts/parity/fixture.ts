/**
 * Reads a parity fixture (see scripts/fixtures/parity.py): what transformers computed for a tiny checkpoint. What a fixture does not hold is
 * undefined and not checked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImageInput, ModelConfig } from '../../src/main/model/families/family.ts';
import type { ModelInputs } from '../../src/main/model/families/plain-pass.ts';
import { familyOf, parseModelConfig } from '../../src/main/model/families/registry.ts';
import { readSafetensors, type SafetensorsFile } from '../../src/main/model/io/safetensors.ts';
import { SophiaError } from '../../src/shared/errors.ts';

const matrix = z.array(z.array(z.number()));
const grid = z.tuple([z.number(), z.number(), z.number()]);

const caseSchema = z.object({
  input_ids: matrix,
  attention_mask: matrix,
  position_ids: z.array(matrix).optional(), // [3][B][T]
  rope_deltas: matrix.optional(), // [B][1]
  image_grid_thw: z.array(grid).optional(),
  pixel_values: z.array(z.string()).optional(), // names of tensors, one per image
  window_index: z.array(z.number()).optional(),
  cu_window_seqlens: z.array(z.number()).optional(),
  greedy_tokens: matrix.optional(),
  min_top2_margin: z.number().optional(),
  loss_ce_mean: z.number().optional(),
  grad_l2: z.record(z.string(), z.number()).optional(),
});

/** What transformers' processor makes of a chat with images, by the folder's tokenizer and chat template. */
const promptSchema = z.object({
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user', 'assistant']),
      content: z.array(
        z.union([z.object({ type: z.literal('image') }), z.object({ type: z.literal('text'), text: z.string() })]),
      ),
    }),
  ),
  files: z.array(z.string()), // the images, in order
  text: z.string(),
  input_ids: z.array(z.number()),
});

const schema = z.object({
  cases: z.record(z.string(), caseSchema),
  images: z
    .record(z.string(), z.object({ file: z.string(), grid_thw: z.array(grid).optional(), out: z.string().optional() }))
    .default({}),
  smart_resize: z
    .array(
      z.object({
        h: z.number(),
        w: z.number(),
        min_pixels: z.number(),
        max_pixels: z.number(),
        factor: z.number().default(28), // patch x merge
        out: z.array(z.number()),
      }),
    )
    .default([]),
  prompts: z.record(z.string(), promptSchema).default({}),
});

export type FixtureCase = z.infer<typeof caseSchema>;

/** A fixture folder: its configuration, the numbers of expected.json and the tensors of expected.safetensors. */
export interface Fixture {
  readonly dir: string;
  readonly config: ModelConfig;
  readonly expected: z.infer<typeof schema>;
  readonly tensors: SafetensorsFile['entries'];
}

/** Opens a fixture folder. */
export function readFixture(dir: string): Fixture {
  const path = join(dir, 'expected.json');
  if (!existsSync(path)) throw new SophiaError('usage', `${dir} is no parity fixture: expected.json is not there.`);
  const result = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new SophiaError('data', `${path}: ${issue.path.join('.')}: ${issue.message}.`);
  }
  return {
    dir,
    config: parseModelConfig(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))),
    expected: result.data,
    tensors: readSafetensors(join(dir, 'expected.safetensors')).entries,
  };
}

/** A tensor of expected.safetensors. */
export function tensorOf({ tensors, dir }: Fixture, name: string): Float32Array | undefined {
  const entry = tensors.get(name);
  if (entry === undefined && name.endsWith('pixel_values'))
    throw new SophiaError('data', `${dir}/expected.safetensors has no "${name}".`);
  return entry?.data();
}

/** A case as the model takes it; pixels are transformers' own, so that nothing before the network counts. */
export function inputsOf(fixture: Fixture, fixtureCase: FixtureCase): ModelInputs {
  return {
    inputIds: fixtureCase.input_ids,
    attentionMask: fixtureCase.attention_mask,
    images: imagesOf(fixture, fixtureCase),
  };
}

function imagesOf(fixture: Fixture, { pixel_values, image_grid_thw }: FixtureCase): readonly ImageInput[] {
  if (pixel_values === undefined) return [];
  const family = familyOf(fixture.config);
  const width = family.pixelWidth(fixture.config);
  const all = pixel_values.flatMap((name) => Array.from(tensorOf(fixture, name)!));
  const rows = Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width));
  return family.givenImages(fixture.config, { pixel_values: rows, image_grid_thw }, fixture.dir) ?? [];
}
