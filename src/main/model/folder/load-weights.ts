/** A model folder's weights as tensors: each is checked against the configuration, and hashed on the way. */
import { createHash } from 'node:crypto';
import type * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../../shared/errors.ts';
import type { WeightsDtype } from '../../../shared/kinds/backend.ts';
import { onTensorflow } from '../../tensor/node-backend.ts';
import type { ModelConfig } from '../families/family.ts';
import { familyOf } from '../families/registry.ts';
import { updateWith } from '../io/content-hash.ts';
import { BYTES_PER_ELEMENT, fromFloat32, toFloat32 } from '../io/number-formats.ts';
import type { SafetensorsFile, TensorEntry } from '../io/safetensors.ts';
import { readWeights } from '../io/sharded-safetensors.ts';
import { canPack, packedFromFile, type Weights, weightFromFile } from '../network/weights.ts';

/** How a model is loaded. */
export interface LoadOptions {
  /** How large matrices rest in memory; those that are trained must be made float32 (network/weights.ts, inFloat32). Default: float32. */
  readonly dtype?: WeightsDtype;
  /** Which weights are wanted; all by default. */
  readonly wanted?: (name: string) => boolean;
}

/** Loads the weights of a configuration from a folder, with their hash. */
export function loadWeights(
  dir: string,
  config: ModelConfig,
  { dtype = 'float32', wanted = () => true }: LoadOptions = {},
): { weights: Weights; hash: string } {
  if (dtype === 'bfloat16' && !onTensorflow())
    throw new SophiaError(
      'environment',
      'model.dtype bfloat16: the WebAssembly backend computes with float32 weights alone.',
      'Use the TensorFlow backend (bin/sophia doctor says what it needs), or model.dtype float32.',
    );
  const weights: Record<string, tf.Tensor> = {};
  const hash = eachWeight(dir, config, (name, { dtype: format, shape }, bytes) => {
    if (!wanted(name)) return;
    const floats = () => toFloat32(bytes, format, `${dir}: weight "${name}"`);
    const isPacked =
      onTensorflow() && canPack(shape) && (dtype === 'bfloat16' || (dtype === 'auto' && format === 'BF16'));
    if (!isPacked) weights[name] = weightFromFile(name, floats(), shape);
    else weights[name] = packedFromFile(format === 'BF16' ? bytes : fromFloat32(floats(), 'BF16'), shape);
  });
  return { weights, hash };
}

/** Numbers hashed at once, a multiple of what any format packs. */
const HASHED_AT_ONCE = 2 ** 22;

/** Gives every weight that the configuration asks for, in its order; returns the model's hash, which is over float32 numbers. */
export function eachWeight(
  dir: string,
  config: ModelConfig,
  take: (name: string, entry: TensorEntry, bytes: Uint8Array) => void,
): string {
  const entries = checkedEntries(dir, readWeights(dir), config);
  const { modelType: _toldByTheNames, ...sizes } = config; // hashes of models are as they were before there were families
  const digest = createHash('sha256').update(JSON.stringify(sizes));
  for (const [name, entry] of entries) {
    const bytes = entry.bytes();
    digest.update(name);
    const piece = HASHED_AT_ONCE * BYTES_PER_ELEMENT[entry.dtype];
    for (let at = 0; at < bytes.length; at += piece)
      updateWith(digest, toFloat32(bytes.subarray(at, at + piece), entry.dtype, `${dir}: weight "${name}"`));
    take(name, entry, bytes);
  }
  return digest.digest('hex');
}

function checkedEntries(dir: string, file: SafetensorsFile, config: ModelConfig) {
  const family = familyOf(config);
  const found = new Map([...file.entries].map(([name, entry]) => [family.weightName(name), entry]));
  return family.expectedTensors(config).map(({ name, shape }) => {
    const entry = found.get(name);
    if (entry === undefined)
      throw new SophiaError(
        'data',
        `${dir}: weight "${name}" is missing.`,
        'config.json does not match the weights, or a shard is missing.',
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
