/** The weights that a run had after a step, or begins with, ready to answer: from a checkpoint's folder, whoever trained it, and the run's base model. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../../shared/settings/settings.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, type Model } from '../../model/folder/model-folder.ts';
import { createApplier } from '../../model/network/adapters/lora.ts';
import { pickWeights, type Weights } from '../../model/network/weights.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { checkpointParts } from '../checkpoint.ts';
import { loraScale } from '../grpo-run.ts';

/** A policy; `hash` is that of the model whose file was read. */
export interface StoredPolicy {
  readonly model: Model;
  readonly weights: Weights;
  dispose(): void;
}

/** Loads it; `checkpoint` is a folder, null: the run's base model. @throws SophiaError as loading a model does */
export function storedPolicy(settings: Settings, home: string, checkpoint: string | null): StoredPolicy {
  const { policy, dtype } = settings.model;
  const isWhole = checkpoint !== null && existsSync(join(checkpoint, 'config.json'));
  const model = loadModel(isWhole ? checkpoint : modelFolder(policy, home), { dtype });
  const parts = checkpoint === null ? { trained: {}, adapters: {} } : checkpointParts(checkpoint, model.config);
  // Of a whole model the adapters are merged already.
  const adapters = isWhole ? {} : parts.adapters;
  if (isWhole) disposeTree(parts.adapters);
  disposeTree(pickWeights(model.weights, Object.keys(parts.trained)));
  const policyWeights = { ...model.weights, ...parts.trained, ...adapters };
  const applied = createApplier(loraScale(settings))(policyWeights);
  return {
    model,
    weights: applied.weights,
    dispose: () => disposeTree(applied.own, policyWeights),
  };
}
