/**
 * Recipe of models/tiny-vl-base: vision warm-up, sound demonstrations, then mixed demonstrations with careless ratings,
 * careful ones first, then hasty ones. Everything is
 * generated from fixed seeds; an interrupted recipe continues from its last checkpoint.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultImageEncoder, saveModel } from '../../model/folder/model-folder.ts';
import { makeTokenizer } from '../../model/folder/tokenizer.ts';
import { createGenerator } from '../../model/network/decode.ts';
import type { Weights } from '../../model/network/weights.ts';
import { createSampler } from '../../rollouts/generate-responses.ts';
import { buildTokenizerFiles } from '../../tasks/language/tokenizer-files.ts';
import { baseCard, measureBase } from './base-card.ts';
import { hastyExample, mixedExample, soundExample } from './base-data.ts';
import { BASE_STEPS, type BaseSteps } from './base-steps.ts';
import { initialWeights } from './initial-weights.ts';
import { type Stage, type StagedRun, trainStage } from './staged-training.ts';
import { tinyConfig } from './tiny-config.ts';
import { warmUpVision } from './warm-up-training.ts';

const SEED = 1;
const BATCH = 64;

/** Makes the base model into `outFolder`, keeping its checkpoints in `workFolder`. */
export async function makeBase(
  outFolder: string,
  workFolder: string,
  log: (line: string) => void,
  steps: BaseSteps = BASE_STEPS,
): Promise<void> {
  const began = performance.now();
  mkdirSync(workFolder, { recursive: true });
  const files = buildTokenizerFiles();
  const tokenizer = makeTokenizer(files.tokenizerJson, files.tokenizerConfig, files.template);
  const config = tinyConfig(files.vocabSize, (token) => tokenizer.tokenId(token));
  const model = { config, tokenizer, imageEncoder: defaultImageEncoder(config) };
  const run: StagedRun = { config, tokenizer, workFolder, seed: SEED, log };
  const sound: Stage = {
    name: 'sound',
    steps: steps.sound,
    batchSize: BATCH,
    firstRate: 1e-3,
    lastRate: 1e-3,
    trainVision: true,
    example: (i) => soundExample(model, i),
  };
  const mixed: Stage = {
    name: 'mixed',
    steps: steps.mixed,
    batchSize: BATCH,
    firstRate: 7e-4,
    lastRate: 5e-5,
    trainVision: true,
    example: (i) => mixedExample(model, steps.sound * BATCH + i),
  };
  const hasty: Stage = {
    name: 'hasty',
    steps: steps.hasty,
    batchSize: BATCH,
    firstRate: 3e-4,
    lastRate: 3e-5,
    trainVision: true,
    example: (i) => hastyExample(model, (steps.sound + steps.mixed) * BATCH + i),
  };
  let weights: Weights = warmUpVision(config, initialWeights(config, SEED), steps.warmUp, SEED, log);
  weights = trainStage(run, sound, weights);
  weights = trainStage(run, mixed, weights);
  weights = trainStage(run, hasty, weights);
  const sampler = createSampler(model, createGenerator(config));
  const figures = await measureBase(sampler, weights, log);
  const minutes = (performance.now() - began) / 60_000;
  saveModel(outFolder, { config, weights, tokenizer, card: baseCard(figures, steps, BATCH, minutes) });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}
