/**
 * A checkpoint: a folder in Hugging Face's layout (so it loads as a model) plus optimizer.safetensors and trainer.json (step, updates,
 * configuration hash). Sampling needs no generator state: it is keyed by (seed, step, question, sample). Written under a temporary name, synced, renamed.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { SophiaError } from '../../shared/errors.ts';
import { type LoadOptions, loadWeights } from '../model/folder/load-weights.ts';
import { type ModelToSave, writeModel } from '../model/folder/model-folder.ts';
import { type AdapterFacts, isPeftFolder, readPeftAdapter, writePeftAdapter } from '../model/folder/peft-adapter.ts';
import { refuseLostHome } from '../model/home/home-marks.ts';
import { atomicFolder, writeSynced } from '../model/io/atomic-write.ts';
import { contentHash } from '../model/io/content-hash.ts';
import { readJson } from '../model/io/json-file.ts';
import { readWhole } from '../model/io/local-path.ts';
import { readSafetensors, writeSafetensors } from '../model/io/safetensors.ts';
import { isAdapter } from '../model/network/adapters/lora.ts';
import { inFloat32, pickWeights, type Weights } from '../model/network/weights.ts';
import { disposeTree } from '../tensor/tree.ts';
import type { WatchState } from '../trust/hacking-watch.ts';
import type { RunInput } from './prepare/run-inputs.ts';
import type { OptimizerState } from './update/optimizer.ts';

const OPTIMIZER = 'optimizer.safetensors';
/** The trained weights as they are in memory (float32), where the model's own file rounds them: what a resume goes on from. */
const TRAINED = 'trained.safetensors';
/** LoRA's adapters, as a folder that PEFT loads. */
const ADAPTER = 'adapter';
/** Where checkpoints of before kept them, by our own names. */
const OLD_ADAPTERS = 'adapters.safetensors';
const TRAINER = 'trainer.json';
/** What the trainer trl keeps in its place, in the same layout of a model's folder (trainers/trl/sophia_trl/checkpoints.py). */
const TRL_STATE = 'sophia.json';

/** trainer.json: where the run stands. */
export interface TrainerRecord {
  readonly step: number; // steps done
  readonly updates: number; // optimiser updates done
  readonly tokens: number; // tokens generated so far
  readonly configHash: string;
  readonly watch?: WatchState; // of a training run
  readonly inputs?: readonly RunInput[]; // of a training run: what it relies on
}

/**
 * What a checkpoint restores: `weights`, the wanted ones of the model's, or the trained ones alone where the model's file rounds them. With LoRA
 * `weights` are merged, and `adapters` hold what is trained.
 */
export interface Restored {
  readonly weights: Weights;
  readonly adapters: Record<string, tf.Tensor>;
  readonly optimizer: OptimizerState;
  readonly record: TrainerRecord;
}

/** LoRA's adapters of a policy, and what is told of them. */
export interface CheckpointAdapters extends AdapterFacts {
  readonly weights: Weights;
  readonly isAll?: true; // the model that they stand beside is not written
}

/** Writes the checkpoint of a step under `folder` (as step-000050) and returns its path, content hash and size. `adapters`: LoRA's, if any. */
export function saveCheckpoint(
  folder: string,
  model: ModelToSave,
  optimizer: OptimizerState,
  record: TrainerRecord,
  adapters: CheckpointAdapters | null = null,
): { path: string; hash: string; bytes: number } {
  const path = join(folder, `step-${String(record.step).padStart(6, '0')}`);
  atomicFolder(path, (inside) => {
    if (adapters?.isAll !== true) writeModel(inside, model);
    const isRounded = (model.dtype ?? 'F32') !== 'F32' && adapters === null;
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
    if (isRounded)
      writeSafetensors(join(inside, TRAINED), listed('', pickWeights(model.weights, Object.keys(optimizer.first))));
    if (adapters !== null) {
      mkdirSync(join(inside, ADAPTER));
      writePeftAdapter(join(inside, ADAPTER), model.config, adapters.weights, adapters);
    }
    writeSynced(join(inside, TRAINER), `${JSON.stringify(record, null, 2)}\n`);
  });
  return { path, ...contentHash(path) };
}

/** Writes a model with its adapters merged in, and the adapters as a PEFT folder within it; whole or not at all. */
export function saveWithAdapter(dir: string, model: ModelToSave, { rank, alpha, base }: AdapterFacts): void {
  atomicFolder(dir, (inside) => {
    writeModel(inside, { ...model, loraScale: alpha / rank });
    mkdirSync(join(inside, ADAPTER));
    const adapters = Object.keys(model.weights).filter(isAdapter);
    writePeftAdapter(join(inside, ADAPTER), model.config, pickWeights(model.weights, adapters), { rank, alpha, base });
  });
}

/** Whether the trainer trl wrote a checkpoint's folder: it has the weights, and its optimiser's state in PyTorch's files. */
export const isOfTrl = (path: string): boolean => !existsSync(join(path, TRAINER)) && existsSync(join(path, TRL_STATE));

/** The policy of a checkpoint by the trainer trl: `policy` with what it trained. @throws SophiaError 'data' where it is damaged or of other settings */
export function takeTrlPolicy(
  path: string,
  policy: Weights,
  {
    config,
    dtype,
    configHash,
  }: Pick<ModelToSave, 'config'> & Required<Pick<LoadOptions, 'dtype'>> & { readonly configHash: string },
): Weights {
  const state = trlState.safeParse(readJson(join(path, TRL_STATE)));
  if (!state.success) throw new SophiaError('data', `Checkpoint ${path}: ${TRL_STATE} does not say its settings.`);
  if (state.data.configHash !== configHash)
    throw new SophiaError(
      'data',
      `Checkpoint ${path} was made with other settings, model or data than those that are here now.`,
      'Put the model that the run began with back in its place.',
    );
  const adapters = Object.keys(policy).filter(isAdapter);
  // With LoRA the folder holds the merged model too; what was trained are the adapters.
  const trained = adapters.length > 0 ? loadAdapters(path, config) : loadWeights(path, config, { dtype }).weights;
  const missing = (adapters.length > 0 ? adapters : Object.keys(policy)).find((name) => trained[name] === undefined);
  if (missing !== undefined) throw new SophiaError('data', `Checkpoint ${path} has no weight "${missing}".`);
  const taken = Object.fromEntries(
    Object.entries(trained).map(([name, weight]) => [
      name,
      policy[name]?.dtype === 'float32' ? inFloat32(name, weight) : tf.clone(weight),
    ]),
  );
  disposeTree(trained, pickWeights(policy, Object.keys(taken)));
  return { ...policy, ...taken };
}

const trlState = z.object({ configHash: z.string() });

/** Where a checkpoint's run stands. @throws SophiaError 'data' where that cannot be read */
export function readRecord(path: string): TrainerRecord {
  try {
    return JSON.parse(readWhole(join(path, TRAINER))) as TrainerRecord;
  } catch (error) {
    throw new SophiaError('data', `Checkpoint ${path}: ${TRAINER} cannot be read (${(error as Error).message}).`);
  }
}

/**
 * Loads a checkpoint, of its weights the wanted ones. Throws a data error when its configuration hash is not the run's, or a file is broken.
 */
export function loadCheckpoint(
  path: string,
  config: ModelToSave['config'],
  configHash: string,
  wanted: (name: string) => boolean = () => true,
): Restored {
  const record = readRecord(path);
  if (record.configHash !== configHash)
    throw new SophiaError('data', `Checkpoint ${path} was made with other settings.`, 'Start a new run.');
  const trained = join(path, TRAINED);
  const weights = existsSync(trained)
    ? tensorsOf(trained)
    : existsSync(join(path, 'config.json'))
      ? loadWeights(path, config, { wanted }).weights
      : {}; // adapters alone
  const optimizer: OptimizerState = { first: {}, second: {}, updates: record.updates };
  for (const [key, entry] of readSafetensors(join(path, OPTIMIZER)).entries) {
    const dot = key.indexOf('.');
    const moments = key.slice(0, dot) === 'first' ? optimizer.first : optimizer.second;
    moments[key.slice(dot + 1)] = tf.tensor(entry.data(), [...entry.shape], 'float32');
  }
  return { weights, adapters: loadAdapters(path, config), optimizer, record };
}

/** What a checkpoint's folder holds beside a model: `trained`, weights as they were in memory where the model's file rounds them, and LoRA's adapters. */
export function checkpointParts(
  path: string,
  config: ModelToSave['config'],
): { readonly trained: Weights; readonly adapters: Weights } {
  const trained = join(path, TRAINED);
  return { trained: existsSync(trained) ? tensorsOf(trained) : {}, adapters: loadAdapters(path, config) };
}

function tensorsOf(file: string): Record<string, tf.Tensor> {
  return Object.fromEntries(
    [...readSafetensors(file).entries].map(([name, entry]) => [
      name,
      tf.tensor(entry.data(), [...entry.shape], 'float32'),
    ]),
  );
}

function loadAdapters(path: string, config: ModelToSave['config']): Record<string, tf.Tensor> {
  if (isPeftFolder(path)) return readPeftAdapter(path, config).adapters; // another trainer's
  if (isPeftFolder(join(path, ADAPTER))) return readPeftAdapter(join(path, ADAPTER), config).adapters;
  if (!existsSync(join(path, OLD_ADAPTERS))) return {};
  return tensorsOf(join(path, OLD_ADAPTERS));
}

/** Copies what of a checkpoint another program loads: the merged model, or LoRA's adapter alone, whole or not at all. */
export function exportCheckpoint(path: string, form: 'merged' | 'adapter', out: string): void {
  const from = form === 'adapter' ? join(path, ADAPTER) : path;
  if (form === 'adapter' && !isPeftFolder(from))
    throw new SophiaError(
      'usage',
      `${path} holds no LoRA adapter.`,
      'Export --merged: the run trained all weights, or was saved by an older version.',
    );
  const own = new Set([OPTIMIZER, OLD_ADAPTERS, TRAINED, TRAINER]);
  atomicFolder(out, (to) => {
    for (const entry of readdirSync(from, { withFileTypes: true }))
      if (entry.isFile() && !own.has(entry.name)) copyFileSync(join(from, entry.name), join(to, entry.name));
  });
}

/** Removes all but the newest `keep` checkpoints of a folder; called only after the newest was recorded. */
export function pruneCheckpoints(folder: string, keep: number): void {
  refuseLostHome(folder);
  const all = readdirSync(folder)
    .filter((name) => /^step-\d+$/.test(name))
    .sort();
  for (const name of all.slice(0, Math.max(0, all.length - keep)))
    rmSync(join(folder, basename(name)), { recursive: true, force: true });
}
