/**
 * Recipe of models/tiny-vl-trm, the holistic Thinking Reward Model: the base model fine-tuned to write the annotator's score after image,
 * question and thinking; then validated on questions and responses it never saw. With a dimension of the rubric left out of the
 * scores it is one arm of the dimension ablation (examples/dimensions.yaml).
 */
import { join } from 'node:path';
import type { Dimension } from '../../../shared/trm/annotations.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, saveModel } from '../../model/folder/model-folder.ts';
import { modelRewarder } from '../../rewards/thinking/model-rewarder.ts';
import { EMBEDDED } from '../../rollouts/encode-question.ts';
import { collectRecords, TRM_RECIPE, type TrmRecipe } from '../data/collect.ts';
import { RATER_TRAINING, trainRater } from '../rating/train-rater.ts';
import { validateRaters } from '../validation/validate.ts';
import { trmCard } from './trm-card.ts';

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
  const training = { ...RATER_TRAINING, epochs: recipe.epochs };
  const stage = without === undefined ? 'trm' : `trm-without-${without}`;
  const weights = trainRater(base, 'holistic', records, training, { workFolder, stage, log });
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
