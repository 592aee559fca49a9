/**
 * Recipe of models/tiny-vl-trm, the holistic Thinking Reward Model: the base model fine-tuned to write the annotator's score after image,
 * question and thinking; then validated on questions and responses it never saw. With a dimension of the rubric left out of the
 * scores it is one arm of the dimension ablation (examples/dimensions.yaml).
 */
import { join } from 'node:path';
import { modelFolder } from '../model/find-model.ts';
import { loadModel, type Model, saveModel } from '../model/model-folder.ts';
import { modelRewarder } from '../rewards/thinking/model-rewarder.ts';
import { questionImages } from '../rollouts/encode-question.ts';
import { ratingPrompt, ratingRequest } from '../rollouts/prompt.ts';
import type { Dimension } from '../tasks/rubric/dimensions.ts';
import { trainStage } from '../train/recipes/staged-training.ts';
import type { SftExample } from '../train/sft-step.ts';
import { collectRecords, TRM_RECIPE, TRM_SEED, type TrmRecipe } from './collect.ts';
import type { TrmRecord } from './record.ts';
import { trmCard } from './trm-card.ts';
import { EMBEDDED, validateRaters } from './validate.ts';

const BATCH = 32;

/** What makes one TRM differ from another. */
export interface TrmOptions {
  readonly recipe?: TrmRecipe;
  readonly without?: Dimension; // of the rubric, left out of the scores it learns
}

/** Makes the TRM into `outFolder`; every intermediate is kept in `workFolder`, and an interrupted recipe goes on from there. */
export async function makeTrm(
  outFolder: string,
  workFolder: string,
  threads: number,
  log: (line: string) => void,
  { recipe = TRM_RECIPE, without }: TrmOptions = {},
): Promise<void> {
  const began = performance.now();
  const leaveOut = without === undefined ? [] : [without];
  const { records, flow } = await collectRecords(workFolder, recipe, threads, log, leaveOut);
  const base = loadModel(modelFolder('tiny-vl-base'));
  const run = { config: base.config, tokenizer: base.tokenizer, workFolder, seed: TRM_SEED, log };
  const stage = {
    name: without === undefined ? 'trm' : `trm-without-${without}`,
    steps: Math.ceil((records.length * recipe.epochs) / BATCH),
    batchSize: BATCH,
    firstRate: 5e-4,
    lastRate: 5e-5,
    trainVision: true,
    example: (index: number) => ratingExample(base, records[index % records.length]!),
  };
  const weights = trainStage(run, stage, { ...base.weights });
  const untrained = loadModel(modelFolder('tiny-vl-base'));
  const raters = {
    trained: modelRewarder('trained', { ...base, weights }, EMBEDDED),
    untrained: modelRewarder('untrained', untrained, EMBEDDED),
  };
  const figures = await validateRaters(raters, recipe.validationQuestions, log);
  const minutes = (performance.now() - began) / 60_000;
  const card = trmCard(figures, flow, recipe, minutes, without);
  saveModel(outFolder, { config: base.config, weights, tokenizer: base.tokenizer, card });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}

/** One record as a fine-tuning example: image, question and thinking in, score token and end out. */
export function ratingExample(model: Model, record: TrmRecord): SftExample {
  const images = questionImages(model, record.question, EMBEDDED);
  const prompt = ratingPrompt(
    model.tokenizer,
    model.config,
    record.question,
    images.map((image) => image.gridThw),
  );
  const ids = [...prompt.ids, ...ratingRequest(model.tokenizer, record.thinking)];
  const response = [...model.tokenizer.encode(record.score!.toFixed(1)), model.config.text.eosTokenIds[0]!];
  return { prompt: { ids, grids: prompt.grids }, response, pixels: images[0]!.pixelValues };
}
