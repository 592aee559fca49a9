/**
 * Looks at a checkpoint folder without loading a weight: what its configuration asks for, what its files hold, and every difference.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { type ModelConfig, parseModelConfig } from '../families/qwen2-5-vl/config.ts';
import { expectedTensors } from '../families/qwen2-5-vl/expected-tensors.ts';
import { BYTES_PER_ELEMENT } from './number-formats.ts';
import type { TensorEntry } from './safetensors.ts';
import { readWeights } from './sharded-safetensors.ts';

/** What a checkpoint folder holds. */
export interface CheckpointReport {
  readonly config: ModelConfig;
  readonly parameters: { readonly text: number; readonly vision: number; readonly total: number };
  readonly bytes: number; // of the weights on disk
  readonly formats: readonly string[]; // number formats, e.g. ["BF16"]
  readonly layout: 'released' | 'prefixed'; // names as in the released checkpoints, or with model.language_model. and model.visual.
  readonly files: { readonly tokenizer: boolean; readonly preprocessor: boolean; readonly generation: boolean };
  readonly problems: readonly string[]; // weights that are missing or have another shape
  readonly unused: readonly string[]; // weights that the configuration does not ask for
}

/** Newer transformers name the same weights with a prefix more. */
export function releasedName(name: string): string {
  return name.replace(/^model\.language_model\./, 'model.').replace(/^model\.visual\./, 'visual.');
}

/** Reports on a folder. @throws SophiaError when config.json or the weight files cannot be read at all. */
export function reportCheckpoint(dir: string): CheckpointReport {
  const config = readConfig(dir);
  const { entries } = readWeights(dir);
  const found = new Map([...entries].map(([name, entry]) => [releasedName(name), entry]));
  const expected = expectedTensors(config);
  const names = new Set(expected.map((tensor) => tensor.name));
  const problems = expected.flatMap(({ name, shape }) => {
    const entry = found.get(name);
    if (entry === undefined) return [`weight "${name}" is missing`];
    if (entry.shape.join() === shape.join()) return [];
    return [`weight "${name}" has shape [${entry.shape.join(', ')}], config.json asks for [${shape.join(', ')}]`];
  });
  const count = (entry: TensorEntry) => entry.shape.reduce((a, b) => a * b, 1);
  const sum = (of: (name: string) => boolean) =>
    expected.reduce((total, { name }) => total + (of(name) && found.has(name) ? count(found.get(name)!) : 0), 0);
  const vision = sum((name) => name.startsWith('visual.'));
  const text = sum((name) => !name.startsWith('visual.'));
  const has = (file: string) => existsSync(join(dir, file));
  return {
    config,
    parameters: { text, vision, total: text + vision },
    bytes: [...entries.values()].reduce((total, entry) => total + count(entry) * BYTES_PER_ELEMENT[entry.dtype], 0),
    formats: [...new Set([...entries.values()].map((entry) => entry.dtype))].sort(),
    layout: [...entries.keys()].some((name) => releasedName(name) !== name) ? 'prefixed' : 'released',
    files: {
      tokenizer: has('tokenizer.json') && has('tokenizer_config.json'),
      preprocessor: has('preprocessor_config.json'),
      generation: has('generation_config.json'),
    },
    problems,
    unused: [...found.keys()].filter((name) => !names.has(name)),
  };
}

function readConfig(dir: string): ModelConfig {
  const path = join(dir, 'config.json');
  if (!existsSync(path)) throw new SophiaError('usage', `${dir} is no model folder: config.json is not there.`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SophiaError('data', `${path} is not valid JSON: ${(error as Error).message}.`);
  }
  return parseModelConfig(json, path);
}
