/**
 * The weights of a checkpoint folder: `model.safetensors`, or several files and the index that says which tensor is where
 * (`model.safetensors.index.json`). A single file wins when both are there, as in transformers.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import { atomicWriteText } from './atomic-write.ts';
import { readJson } from './json-file.ts';
import {
  byteLengthOf,
  readSafetensors,
  type SafetensorsFile,
  type TensorEntry,
  type TensorToWrite,
  type WriteOptions,
  writeSafetensors,
} from './safetensors.ts';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** transformers' own default for the size of one file, in bytes. */
const DEFAULT_MAX_SHARD_BYTES = 5e9;

/** Opens the weights of a folder, whole or sharded. @throws SophiaError 'data' naming the file that is missing or broken. */
export function readWeights(dir: string): SafetensorsFile {
  if (existsSync(join(dir, SINGLE))) return readSafetensors(join(dir, SINGLE));
  if (!existsSync(join(dir, INDEX))) {
    throw new SophiaError('data', `${dir} has no weights: neither ${SINGLE} nor ${INDEX} exists.`);
  }
  const map = readIndex(join(dir, INDEX));
  const shards = new Map<string, SafetensorsFile>();
  const entries = new Map<string, TensorEntry>();
  for (const [name, file] of map) {
    const shard = getOrMake(shards, file, () => readSafetensors(join(dir, file)));
    const entry = shard.entries.get(name);
    if (!entry)
      throw new SophiaError('data', `${join(dir, INDEX)} says that tensor "${name}" is in ${file}, but it is not.`);
    entries.set(name, entry);
  }
  const first = shards.values().next().value;
  return { entries, metadata: first?.metadata ?? {} };
}

/**
 * Writes the weights of a folder: one file, or as many as `maxShardBytes` asks for with their index, which is written last.
 * The folder must be there; use it inside `atomicFolder` when all must appear at once.
 */
export function writeWeights(
  dir: string,
  tensors: readonly TensorToWrite[],
  options: WriteOptions & { readonly maxShardBytes?: number } = {},
): void {
  const shards = splitShards(tensors, options.maxShardBytes ?? DEFAULT_MAX_SHARD_BYTES, options);
  if (shards.length <= 1) {
    writeSafetensors(join(dir, SINGLE), tensors, options);
    return;
  }
  const map: Record<string, string> = {};
  shards.forEach((shard, i) => {
    const file = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    writeSafetensors(join(dir, file), shard, options);
    for (const tensor of shard) map[tensor.name] = file;
  });
  const total = tensors.reduce((sum, tensor) => sum + byteLengthOf(tensor, options.dtype), 0);
  const index = { metadata: { total_size: total }, weight_map: map };
  atomicWriteText(join(dir, INDEX), `${JSON.stringify(index, null, 2)}\n`);
}

const number = (n: number) => String(n).padStart(5, '0');

function splitShards(tensors: readonly TensorToWrite[], limit: number, options: WriteOptions): TensorToWrite[][] {
  const shards: TensorToWrite[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    const bytes = byteLengthOf(tensor, options.dtype);
    const open = shards.at(-1);
    if (open !== undefined && bytes <= room) open.push(tensor);
    else {
      shards.push([tensor]);
      room = limit;
    }
    room -= bytes;
  }
  return shards;
}

function readIndex(path: string): [name: string, file: string][] {
  const index = indexSchema.safeParse(readJson(path));
  if (!index.success) throw new SophiaError('data', `${path} has no weight_map from tensor names to file names.`);
  const map = Object.entries(index.data.weight_map);
  const outside = map.find(
    ([, file]) => file !== basename(file) || file.includes('\\') || !file.endsWith('.safetensors'),
  );
  if (outside)
    throw new SophiaError(
      'data',
      `${path}: tensor "${outside[0]}" is in "${outside[1]}", not a safetensors file of this folder.`,
    );
  return map;
}
