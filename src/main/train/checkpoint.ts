/**
 * A checkpoint: a folder in Hugging Face's layout (so it loads as a model) plus optimizer.safetensors and trainer.json (step, updates,
 * configuration hash). Sampling needs no generator state: it is keyed by (seed, step, question, sample). Written under a temporary name, synced, renamed.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';
import { loadWeights, type ModelToSave, writeModel } from '../model/folder/model-folder.ts';
import { atomicFolder, writeSynced } from '../model/io/atomic-write.ts';
import { contentHash } from '../model/io/content-hash.ts';
import { readSafetensors, writeSafetensors } from '../model/io/safetensors.ts';
import type { Weights } from '../model/network/weights.ts';
import type { WatchState } from '../trust/hacking-watch.ts';
import type { OptimizerState } from './update/optimizer.ts';

const OPTIMIZER = 'optimizer.safetensors';
const ADAPTERS = 'adapters.safetensors';
const TRAINER = 'trainer.json';

/** trainer.json: where the run stands. */
export interface TrainerRecord {
  readonly step: number; // steps done
  readonly updates: number; // optimiser updates done
  readonly tokens: number; // tokens generated so far
  readonly configHash: string;
  readonly watch?: WatchState; // of a training run
}

/** What a checkpoint restores. With LoRA `weights` are merged, and `adapters` hold what is trained. */
export interface Restored {
  readonly weights: Weights;
  readonly adapters: Record<string, tf.Tensor>;
  readonly optimizer: OptimizerState;
  readonly record: TrainerRecord;
}

/** Writes the checkpoint of a step under `folder` (as step-000050) and returns its path, content hash and size. `adapters`: LoRA's, if any. */
export function saveCheckpoint(
  folder: string,
  model: ModelToSave,
  optimizer: OptimizerState,
  record: TrainerRecord,
  adapters: Weights = {},
): { path: string; hash: string; bytes: number } {
  const path = join(folder, `step-${String(record.step).padStart(6, '0')}`);
  atomicFolder(path, (inside) => {
    writeModel(inside, model);
    const listed = (prefix: string, tensors: Weights) =>
      Object.entries(tensors).map(([name, tensor]) => ({
        name: `${prefix}${name}`,
        shape: tensor.shape,
        data: () => tensor.dataSync<'float32'>(),
      }));
    writeSafetensors(join(inside, OPTIMIZER), [
      ...listed('first.', optimizer.first),
      ...listed('second.', optimizer.second),
    ]);
    if (Object.keys(adapters).length > 0) writeSafetensors(join(inside, ADAPTERS), listed('', adapters));
    writeSynced(join(inside, TRAINER), `${JSON.stringify(record, null, 2)}\n`);
  });
  return { path, ...contentHash(path) };
}

/** Loads a checkpoint. Throws a data error when its configuration hash is not the run's, or a file is broken. */
export function loadCheckpoint(path: string, config: ModelToSave['config'], configHash: string): Restored {
  let record: TrainerRecord;
  try {
    record = JSON.parse(readFileSync(join(path, TRAINER), 'utf8')) as TrainerRecord;
  } catch (error) {
    throw new SophiaError(
      'data',
      `Checkpoint ${path}: ${TRAINER} cannot be read (${(error as Error).message.split('\n')[0]}).`,
    );
  }
  if (record.configHash !== configHash)
    throw new SophiaError('data', `Checkpoint ${path} was made with other settings.`, 'Start a new run.');
  const { weights } = loadWeights(path, config);
  const optimizer: OptimizerState = { first: {}, second: {}, updates: record.updates };
  for (const [key, entry] of readSafetensors(join(path, OPTIMIZER)).entries) {
    const dot = key.indexOf('.');
    const moments = key.slice(0, dot) === 'first' ? optimizer.first : optimizer.second;
    moments[key.slice(dot + 1)] = tf.tensor(entry.data(), [...entry.shape], 'float32');
  }
  const adapters: Record<string, tf.Tensor> = {};
  if (existsSync(join(path, ADAPTERS))) {
    for (const [name, entry] of readSafetensors(join(path, ADAPTERS)).entries)
      adapters[name] = tf.tensor(entry.data(), [...entry.shape], 'float32');
  }
  return { weights, adapters, optimizer, record };
}

/** Removes all but the newest `keep` checkpoints of a folder; called only after the newest was recorded. */
export function pruneCheckpoints(folder: string, keep: number): void {
  const all = readdirSync(folder)
    .filter((name) => /^step-\d+$/.test(name))
    .sort();
  for (const name of all.slice(0, Math.max(0, all.length - keep)))
    rmSync(join(folder, basename(name)), { recursive: true, force: true });
}
