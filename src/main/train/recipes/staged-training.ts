/**
 * Staged supervised training that can be stopped and resumed: the machinery of the model recipes. Each stage draws examples by index from
 * a seeded source, in order: batches of equal lengths would save padding, but they are batches of one kind of question, and learning to
 * read suffered. A checkpoint holds weights and optimiser.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import type { ModelConfig } from '../../model/families/family.ts';
import { familyOf } from '../../model/families/registry.ts';
import type { Tokenizer } from '../../model/folder/tokenizer.ts';
import { isAdapter } from '../../model/network/adapters/lora.ts';
import { pickWeights, type Weights } from '../../model/network/weights.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { loadCheckpoint, pruneCheckpoints, saveCheckpoint } from '../checkpoint.ts';
import { type LoraSize, type SftExample, sftBatch, sftGradients } from '../sft/sft-step.ts';
import { createOptimizer, type OptimizerSettings } from '../update/optimizer.ts';

/** One stage: how many steps of how large batches, from which examples, at which rates (cosine from first to last). */
export interface Stage {
  readonly name: string;
  readonly steps: number;
  readonly batchSize: number;
  readonly firstRate: number;
  readonly lastRate: number;
  readonly example: (index: number) => SftExample;
  readonly trainVision: boolean;
  readonly lora?: LoraSize & { readonly base: string }; // adapters among the weights are trained alone
}

export interface StagedRun {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly workFolder: string;
  readonly seed: number;
  readonly log: (line: string) => void;
  readonly onStep?: (step: number, loss: number) => void;
}

const CHECKPOINT_EVERY = 100;
/** Steps over which the rate rises to that of the schedule. */
const WARM_UP = 50;
const OPTIMIZER: OptimizerSettings = {
  weightDecay: 0.01,
  adamBeta1: 0.9,
  adamBeta2: 0.98,
  adamEpsilon: 1e-8,
  maxGradNorm: 1,
};

/** Trains one stage from `weights` (disposing them) and returns the trained ones; continues from the stage's newest checkpoint. */
export function trainStage(run: StagedRun, stage: Stage, weights: Weights): Weights {
  const folder = join(run.workFolder, stage.name);
  const { example: _example, ...settings } = stage;
  const configHash = hashOf({ settings, seed: run.seed });
  const { visionPrefix } = familyOf(run.config);
  const { lora = null } = stage;
  const isTrained = (name: string) =>
    lora !== null ? isAdapter(name) : stage.trainVision || !name.startsWith(visionPrefix);
  const trainable = Object.keys(weights).filter(isTrained);
  const newest = newestCheckpoint(folder);
  const restored = newest === undefined ? undefined : loadCheckpoint(newest, run.config, configHash);
  if (restored !== undefined) {
    disposeTree(lora === null ? weights : pickWeights(weights, trainable));
    run.log(`${stage.name}: continues after step ${restored.record.step}`);
  }
  let current: Weights =
    restored === undefined ? weights : lora === null ? restored.weights : { ...weights, ...restored.adapters };
  const optimizer = createOptimizer(OPTIMIZER, trainable, current, restored?.optimizer);
  const gradients = sftGradients(run.config, trainable, lora);
  const start = restored?.record.step ?? 0;
  const began = performance.now();
  for (let step = start + 1; step <= stage.steps; step++) {
    const examples = Array.from({ length: stage.batchSize }, (_, i) => stage.example((step - 1) * stage.batchSize + i));
    const batch = sftBatch(run.config, examples);
    const result = gradients(current, batch);
    const loss = result.loss.arraySync();
    disposeTree(batch, result.loss);
    if (!Number.isFinite(loss))
      throw new SophiaError(
        'diverged',
        `${stage.name}: the loss is ${loss} at step ${step}.`,
        'Lower the learning rate.',
      );
    const applied = optimizer.apply(current, result.grads, rateAt(stage, step));
    current = applied.weights;
    run.onStep?.(step, loss);
    if (step % 25 === 0 || step === stage.steps) {
      const seconds = (performance.now() - began) / 1000 / (step - start);
      run.log(
        `${stage.name}: step ${step}/${stage.steps} loss ${loss.toFixed(4)} gradient ${applied.gradNorm.toFixed(2)} ${seconds.toFixed(2)} s/step`,
      );
    }
    if (step % CHECKPOINT_EVERY === 0 || step === stage.steps) {
      const record = { step, updates: optimizer.state.updates, tokens: 0, configHash };
      saveCheckpoint(
        folder,
        { config: run.config, weights: current, tokenizer: run.tokenizer },
        optimizer.state,
        record,
        lora === null ? null : { ...lora, weights: pickWeights(current, trainable), isAll: true },
      );
      pruneCheckpoints(folder, 1);
    }
  }
  gradients.dispose();
  optimizer.dispose();
  return current;
}

/** The learning rate of a step (from 1). The embedded models were made with just these roundings. */
function rateAt({ steps, firstRate, lastRate }: Stage, step: number): number {
  const cosine = (1 + Math.cos((Math.PI * step) / steps)) / 2;
  return firstRate * Math.min(1, step / WARM_UP) * ((lastRate + (firstRate - lastRate) * cosine) / firstRate);
}

function newestCheckpoint(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder)
    .filter((name) => /^step-\d+$/.test(name))
    .sort();
  return names.length === 0 ? undefined : join(folder, names.at(-1)!);
}
