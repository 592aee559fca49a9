/**
 * The SFT of variant SFT+GRPO: the policy is fine-tuned on sound demonstrations before the first GRPO step. A few hundred steps at most, so a
 * run interrupted within it starts it again (same seed, same result). The KL reference becomes the fine-tuned policy.
 */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../../shared/errors.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { Random } from '../../../shared/values/random.ts';
import { familyOf } from '../../model/families/registry.ts';
import { saveModel } from '../../model/folder/model-folder.ts';
import { writeResponse } from '../../tasks/demonstrations/response.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { trainingSum } from '../../tasks/worlds/sums/generate.ts';
import { disposeTree, mapTree } from '../../tensor/tree.ts';
import { type PreparedRun, REFERENCE_FOLDER } from '../prepare/prepare-run.ts';
import { referenceInput } from '../prepare/run-inputs.ts';
import { scheduleFactor } from '../update/learning-rate.ts';
import { createOptimizer } from '../update/optimizer.ts';
import { demonstration } from './demonstration.ts';
import { type SftExample, sftBatch, sftGradients } from './sft-step.ts';

/** First question of the demonstrations: far beyond what GRPO of the same seed draws. */
const FIRST_QUESTION = 1_000_000_000;
const REPORT_EVERY = 10;

/** Fine-tunes `run.policy` where `sft.steps` asks for it. Needs embedded questions: imported ones have no demonstrations. */
export function* fineTuneFirst(run: PreparedRun, runFolder: string, signal: AbortSignal): Generator<RunEvent> {
  const { steps, batchSize, learningRate, warmupSteps } = run.settings.sft;
  if (steps === 0) return;
  if (run.settings.model.loraRank > 0)
    throw new SophiaError(
      'usage',
      'sft.steps and model.loraRank cannot be used together yet.',
      'Fine-tune without LoRA, or start from a fine-tuned folder.',
    );
  if (run.settings.data.source !== 'embedded')
    throw new SophiaError(
      'usage',
      'sft.steps needs embedded questions (data.source = embedded): others have no demonstrations.',
    );
  const { config } = run.sampler;
  const { visionPrefix } = familyOf(config);
  const trainable = Object.keys(run.policy).filter((name) => !name.startsWith(visionPrefix));
  const gradients = sftGradients(config, trainable);
  const optimizer = createOptimizer(run.settings.training, trainable, run.policy);
  const schedule = { lrSchedulerType: 'linear', warmupSteps, totalUpdates: steps } as const;
  for (let step = 0; step < steps && !signal.aborted; step++) {
    const examples = Array.from({ length: batchSize }, (_, i) => encodeExample(run, step * batchSize + i));
    const batch = sftBatch(config, examples);
    const { loss, grads } = gradients(run.policy, batch);
    disposeTree(batch, loss);
    run.policy = optimizer.apply(run.policy, grads, learningRate * scheduleFactor(step, schedule)).weights;
    if (step % REPORT_EVERY === 0) yield { kind: 'phase', step: 0, phase: 'sft', done: step, total: steps };
  }
  gradients.dispose();
  optimizer.dispose();
  if (signal.aborted) return; // half a fine-tuning is no reference: the run does it again
  run.reference = mapTree(run.policy, (tensor) => tf.clone(tensor));
  const folder = join(runFolder, REFERENCE_FOLDER);
  saveModel(folder, { config, tokenizer: run.sampler.tokenizer, weights: run.reference });
  run.inputs = [...run.inputs, referenceInput(folder)];
  yield { kind: 'phase', step: 0, phase: 'sft', done: steps, total: steps };
}

function encodeExample(run: PreparedRun, index: number): SftExample {
  const { seed, data } = run.settings;
  const question =
    data.world === 'everyday'
      ? generateQuestion('train', FIRST_QUESTION + index, seed + 1)
      : trainingSum(data.world, FIRST_QUESTION + index, seed + 1, { ...data, labelNoise: 0 }); // who demonstrates knows better
  const { text } = writeResponse(question, 'sound', new Random(seed, 'sft', index));
  return demonstration(run.sampler, question, text, run.encode);
}
