/** The policy that a run starts from: the reference's weights, with adapters where LoRA trains those alone; or what a checkpoint holds. */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import { familyOf } from '../../model/families/registry.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { createAdapters, isAdapter } from '../../model/network/adapters/lora.ts';
import { inFloat32, pickWeights, type Weights } from '../../model/network/weights.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { NEW_WATCH, type WatchState } from '../../trust/hacking-watch.ts';
import { loadCheckpoint } from '../checkpoint.ts';
import type { OptimizerState } from '../update/optimizer.ts';

/** A policy, the names of its weights that are trained, and where the run stands. */
export interface StartingPolicy {
  readonly policy: Weights;
  readonly trainable: readonly string[];
  readonly optimizer: OptimizerState | undefined; // undefined: at its start
  readonly tokens: number; // generated so far
  readonly watch: WatchState;
}

/** A policy at the start of a run, in tensors of its own. */
export function freshPolicy({ config }: Model, reference: Weights, { model, seed }: Settings): StartingPolicy {
  const { loraTargets, visionPrefix } = familyOf(config);
  const { loraRank, freezeVision } = model;
  const isTrained = (name: string) =>
    loraRank > 0 ? isAdapter(name) : !freezeVision || !name.startsWith(visionPrefix);
  const base = Object.fromEntries(
    Object.entries(reference).map(([name, weight]) => [
      name,
      isTrained(name) ? inFloat32(name, weight) : tf.clone(weight),
    ]),
  );
  const policy = loraRank > 0 ? { ...base, ...createAdapters(base, loraTargets, loraRank, seed) } : base;
  const trainable = Object.keys(policy).filter(isTrained);
  return { policy, trainable, optimizer: undefined, tokens: 0, watch: NEW_WATCH };
}

/** The same as a checkpoint's folder holds it. @throws SophiaError 'data' where that is damaged or of another configuration */
export function resumedPolicy(
  fresh: StartingPolicy,
  folder: string,
  { config }: Model,
  configHash: string,
): StartingPolicy {
  const { policy, trainable } = fresh;
  const trained = new Set(trainable); // with LoRA none of the model's own, which are merged there
  const isTrained = (name: string) => trained.has(name);
  const { weights, adapters, optimizer, record } = loadCheckpoint(folder, config, configHash, isTrained);
  const stands = { optimizer, tokens: record.tokens, watch: record.watch ?? fresh.watch };
  if (trainable.some(isAdapter)) {
    disposeTree(pickWeights(policy, trainable), weights);
    return { ...fresh, ...stands, policy: { ...policy, ...adapters } };
  }
  disposeTree(pickWeights(policy, Object.keys(weights)));
  return { ...fresh, ...stands, policy: { ...policy, ...weights } };
}
