/**
 * Recipes of the base models of the worlds made of sums: from tiny-vl-base, first reading, then every way of answering side by side. Generated
 * from fixed seeds; an interrupted recipe goes on from its last checkpoint. Stored in half precision, and measured as stored.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder } from '../../../model/folder/find-model.ts';
import { loadModel, saveModel } from '../../../model/folder/model-folder.ts';
import { createGenerator } from '../../../model/network/decode.ts';
import { createSampler } from '../../../rollouts/generate-responses.ts';
import type { SumWorld } from '../../../tasks/worlds/sums/generate.ts';
import { type Stage, trainStage } from '../staged-training.ts';
import { worldCard } from './card.ts';
import { BATCH, WORLD_STAGES, worldExample } from './data.ts';
import { worldFigures } from './figures.ts';

const SEED = 3;

/** Makes a world's base model into `outFolder`, keeping its checkpoints in `workFolder`. */
export function makeWorldBase(
  world: SumWorld,
  outFolder: string,
  workFolder: string,
  log: (line: string) => void,
): void {
  const began = performance.now();
  mkdirSync(workFolder, { recursive: true });
  const base = loadModel(modelFolder('tiny-vl-base'));
  const { config, tokenizer } = base;
  const stages = WORLD_STAGES[world];
  const common = { batchSize: BATCH, trainVision: true };
  const reading: Stage = {
    ...common,
    name: 'reading',
    steps: stages.reading.steps,
    firstRate: 7e-4,
    lastRate: 1e-4,
    example: (i) => worldExample(base, world, stages.reading.mixture, i),
  };
  const mixing: Stage = {
    ...common,
    name: 'mixing',
    steps: stages.mixing.steps,
    firstRate: 3e-4,
    lastRate: 3e-5,
    example: (i) => worldExample(base, world, stages.mixing.mixture, stages.reading.steps * BATCH + i),
  };
  const run = { config, tokenizer, workFolder, seed: SEED, log };
  let weights = trainStage(run, reading, { ...base.weights });
  weights = trainStage(run, mixing, weights);
  const stored = join(workFolder, 'stored');
  saveModel(stored, { config, weights, tokenizer, dtype: 'F16' });
  const rounded = loadModel(stored);
  const figures = worldFigures(createSampler(rounded, createGenerator(config)), rounded.weights, world);
  log(`figures: ${JSON.stringify(figures)}`);
  const minutes = (performance.now() - began) / 60_000;
  const card = worldCard(world, figures, minutes);
  saveModel(outFolder, { config, weights, tokenizer, card, dtype: 'F16' });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}
