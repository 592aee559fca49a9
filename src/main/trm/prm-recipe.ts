/**
 * Recipe of models/tiny-vl-prm, the step-level process reward model: the base model fine-tuned to tell, behind each sentence of a thinking,
 * "+" (right) from "-" (wrong), labels from the rubric, on the same records as the holistic TRM. Then validated beside it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder } from '../model/find-model.ts';
import { loadModel, type Model, saveModel } from '../model/model-folder.ts';
import { modelRewarder } from '../rewards/thinking/model-rewarder.ts';
import { STEP_TOKENS, stepHead, stepTokens } from '../rewards/thinking/step-head.ts';
import { questionImages } from '../rollouts/encode-question.ts';
import { ratingPrompt } from '../rollouts/prompt.ts';
import type { JudgedSentence } from '../tasks/rubric/judge.ts';
import { stepLabels } from '../tasks/rubric/rate.ts';
import { trainStage } from '../train/recipes/staged-training.ts';
import type { SftExample } from '../train/sft-step.ts';
import { collectRecords, TRM_RECIPE, TRM_SEED, type TrmRecipe } from './collect.ts';
import { prmCard } from './prm-card.ts';
import type { TrmRecord } from './record.ts';
import { type StepAccuracy, stepAccuracy } from './step-accuracy.ts';
import { EMBEDDED, rateGroups, validateRaters, validationGroups } from './validate.ts';

const BATCH = 32;

/** Makes the model into `outFolder`; an interrupted recipe goes on from `workFolder`, which may be the TRM recipe's to share what it collected. */
export async function makePrm(
  outFolder: string,
  workFolder: string,
  threads: number,
  log: (line: string) => void,
  recipe: TrmRecipe = TRM_RECIPE,
): Promise<void> {
  const began = performance.now();
  const { records, flow } = await collectRecords(workFolder, recipe, threads, log);
  const base = loadModel(modelFolder('tiny-vl-base'));
  const run = { config: base.config, tokenizer: base.tokenizer, workFolder, seed: TRM_SEED, log };
  const stage = {
    name: 'prm',
    steps: Math.ceil((records.length * recipe.epochs) / BATCH),
    batchSize: BATCH,
    firstRate: 5e-4,
    lastRate: 5e-5,
    trainVision: true,
    example: (index: number) => stepExample(base, records[index % records.length]!),
  };
  const model = { ...base, weights: trainStage(run, stage, { ...base.weights }) };
  const stepLevel = modelRewarder('step-level', model, EMBEDDED, { head: stepHead(model, 'mean') });
  const raters = { 'step-level, mean': stepLevel, ...otherRaters(model) };
  const figures = await validateRaters(raters, recipe.validationQuestions, log);
  const steps: Record<string, StepAccuracy> = {};
  for (const split of ['test', 'hard'] as const) {
    const groups = validationGroups(split, recipe.validationQuestions);
    const rated = await rateGroups(stepLevel, groups);
    const judged = groups.map((group, g) =>
      group.flatMap(({ question, thinking }, n) =>
        stepLabels(question, thinking).flatMap((step, i) => {
          const probability = rated[g]![n]!.steps?.[i];
          return probability === undefined ? [] : [{ right: isRight(step), probability }];
        }),
      ),
    );
    steps[split] = stepAccuracy(judged);
    log(`steps on ${split}: ${JSON.stringify(steps[split])}`);
  }
  const minutes = (performance.now() - began) / 60_000;
  const card = prmCard({ figures, steps, flow, recipe, minutes });
  saveModel(outFolder, { config: base.config, weights: model.weights, tokenizer: base.tokenizer, card });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}

/** What stands beside it in the card: its other aggregates, and the holistic TRM where there is one. */
function otherRaters(model: Model) {
  const stepped = (aggregate: 'min' | 'product') =>
    modelRewarder(aggregate, model, EMBEDDED, { head: stepHead(model, aggregate) });
  const trm = join(import.meta.dirname, '../../../models/tiny-vl-trm');
  return {
    'step-level, min': stepped('min'),
    'step-level, product': stepped('product'),
    ...(existsSync(join(trm, 'config.json')) && {
      'holistic (tiny-vl-trm)': modelRewarder('holistic', loadModel(trm), EMBEDDED),
    }),
  };
}

/** A step counts as right where the rubric finds nothing false in it: also one that was said before or not asked for. */
function isRight({ label }: JudgedSentence): boolean {
  return label === 'right' || label === 'redundant';
}

/** One record as an example: image, question and thinking are read; learned is one token behind each step. */
export function stepExample(model: Model, { question, thinking }: TrmRecord): SftExample {
  const images = questionImages(model, question, EMBEDDED);
  const grids = images.map((image) => image.gridThw);
  const labels = stepLabels(question, thinking);
  const steps = labels.map((step) => step.text);
  const { ids, places } = stepTokens(model.tokenizer, steps);
  const learned = places.map((place, i): [number, number] => [
    place,
    model.tokenizer.tokenId(isRight(labels[i]!) ? STEP_TOKENS.right : STEP_TOKENS.wrong),
  ]);
  return {
    prompt: ratingPrompt(model.tokenizer, model.config, question, grids),
    response: [...ids, 0], // the last place lies behind the last token
    learned,
    pixels: images[0]!.pixelValues,
  };
}
