/**
 * A model folder in Hugging Face's layout: config.json, generation_config.json, preprocessor_config.json, tokenizer files,
 * model.safetensors (or shards), README.md as its card. Loading checks every weight against the configuration; saving is atomic.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../../shared/errors.ts';
import { type ModelConfig, parseModelConfig } from '../families/qwen2-5-vl/config.ts';
import { expectedTensors } from '../families/qwen2-5-vl/expected-tensors.ts';
import { CLIP_NORMALISATION } from '../image/patches.ts';
import { atomicFolder, writeSynced } from '../io/atomic-write.ts';
import { releasedName } from '../io/checkpoint-report.ts';
import { updateWith } from '../io/content-hash.ts';
import type { SafetensorsFile } from '../io/safetensors.ts';
import { readWeights, writeWeights } from '../io/sharded-safetensors.ts';
import { type Weights, weightFromFile, weightToFile } from '../network/weights.ts';
import { writeModelConfig } from './config-json.ts';
import { loadTokenizer, type Tokenizer } from './tokenizer.ts';

/** A loaded model. `hash` is sha256 over configuration and weights, so equal weights have equal hashes whatever the file's layout. */
export interface Model {
  readonly dir: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly weights: Weights;
  readonly hash: string;
}

/** Reads config.json of a folder. Throws a data error naming what is missing or broken. */
export function loadConfig(dir: string): ModelConfig {
  return parseModelConfig(readJson(join(dir, 'config.json')), join(dir, 'config.json'));
}

/** Loads a whole model into tensors of the current backend. Throws a data error naming the file, tensor or shape that does not fit. */
export function loadModel(dir: string): Model {
  if (!existsSync(dir))
    throw new SophiaError(
      'usage',
      `Model folder ${dir} is not there.`,
      'Give a model name or a folder with config.json and model.safetensors.',
    );
  const config = loadConfig(dir);
  const { weights, hash } = loadWeights(dir, config);
  return { dir, config, tokenizer: loadTokenizer(dir), weights, hash };
}

/** Loads the weights of a configuration from a folder, with their hash. */
export function loadWeights(dir: string, config: ModelConfig): { weights: Weights; hash: string } {
  const file = readWeights(dir);
  const entries = checkedEntries(dir, file, config);
  const digest = createHash('sha256').update(JSON.stringify(config));
  const weights: Record<string, tf.Tensor> = {};
  for (const [name, entry] of entries) {
    const data = entry.data();
    updateWith(digest.update(name), data);
    weights[name] = weightFromFile(name, data, entry.shape);
  }
  return { weights, hash: digest.digest('hex') };
}

function checkedEntries(dir: string, file: SafetensorsFile, config: ModelConfig) {
  const found = new Map([...file.entries].map(([name, entry]) => [releasedName(name), entry]));
  return expectedTensors(config).map(({ name, shape }) => {
    const entry = found.get(name);
    if (entry === undefined)
      throw new SophiaError(
        'data',
        `${dir}: weight "${name}" is missing.`,
        'config.json and the weights do not belong together, or a shard is gone.',
      );
    if (entry.shape.join() !== shape.join()) {
      throw new SophiaError(
        'data',
        `${dir}: weight "${name}" has shape [${entry.shape.join(', ')}], config.json asks for [${shape.join(', ')}].`,
      );
    }
    return [name, entry] as const;
  });
}

/** What a saved model holds beside its weights. */
export interface ModelToSave {
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly card?: string; // README.md
  readonly dtype?: 'F32' | 'F16' | 'BF16';
}

/** Writes a model folder, whole or not at all. transformers' from_pretrained reads it. */
export function saveModel(dir: string, model: ModelToSave): void {
  atomicFolder(dir, (folder) => writeModel(folder, model));
}

/** Writes the files of a model into an existing folder (for use inside a larger atomic folder). */
export function writeModel(folder: string, { config, weights, tokenizer, card, dtype = 'F32' }: ModelToSave): void {
  const json = (name: string, value: unknown) => writeSynced(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const names = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;
  json('config.json', writeModelConfig(config, names[dtype]));
  json('generation_config.json', {
    eos_token_id: [...config.text.eosTokenIds],
    pad_token_id: config.text.padTokenId,
    do_sample: false,
  });
  json('preprocessor_config.json', preprocessorJson(config));
  json('tokenizer.json', tokenizer.files.tokenizerJson);
  json('tokenizer_config.json', tokenizer.files.tokenizerConfig);
  const tensors = expectedTensors(config).map(({ name, shape }) => ({
    name,
    shape,
    data: () => weightToFile(name, weights[name]!, shape),
  }));
  writeWeights(folder, tensors, { dtype, metadata: { format: 'pt' } });
  if (card !== undefined) writeSynced(join(folder, 'README.md'), card);
}

function preprocessorJson({ vision }: ModelConfig) {
  const side = vision.patchSize * vision.spatialMergeSize;
  return {
    image_processor_type: 'Qwen2VLImageProcessor',
    processor_class: 'Qwen2_5_VLProcessor',
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: CLIP_NORMALISATION.mean,
    image_std: CLIP_NORMALISATION.std,
    rescale_factor: 1 / 255,
    resample: 3,
    min_pixels: side * side * 4,
    max_pixels: side * side * 1280,
    patch_size: vision.patchSize,
    merge_size: vision.spatialMergeSize,
    temporal_patch_size: vision.temporalPatchSize,
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SophiaError(
      'data',
      `${path} is not valid JSON: ${(error as Error).message.split('\n')[0]}.`,
      'A model folder needs a readable config.json.',
    );
  }
}
