/**
 * Recipe of models/tiny-vl-prm, the step-level process reward model: the base model fine-tuned to tell, behind each sentence of a thinking,
 * "+" (right) from "-" (wrong), labels from the rubric, on the same records as the holistic TRM. Then validated beside it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED_MODELS, modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, type Model, saveModel } from '../../model/folder/model-folder.ts';
import { stepHead } from '../../rewards/thinking/heads/step-head.ts';
import { modelRewarder } from '../../rewards/thinking/model-rewarder.ts';
import { EMBEDDED } from '../../rollouts/encode-question.ts';
import { stepLabels } from '../../tasks/rubric/rate.ts';
import { collectRecords, TRM_RECIPE, type TrmRecipe } from '../data/collect.ts';
import { rateResponses } from '../rating/rate-groups.ts';
import { isRight } from '../rating/rater-examples.ts';
import { RATER_TRAINING, trainRater } from '../rating/train-rater.ts';
import { type StepAccuracy, stepAccuracy } from '../validation/step-accuracy.ts';
import { validateRaters, validationGroups } from '../validation/validate.ts';
import { prmCard } from './prm-card.ts';

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
  const training = { ...RATER_TRAINING, epochs: recipe.epochs };
  const weights = trainRater(base, 'step', records, training, { workFolder, stage: 'prm', log });
  const model = { ...base, weights };
  const stepLevel = modelRewarder('step-level', model, EMBEDDED, { head: stepHead(model, 'mean') });
  const raters = { 'step-level, mean': stepLevel, ...otherRaters(model) };
  const figures = await validateRaters(raters, recipe.validationQuestions, log);
  const steps: Record<string, StepAccuracy> = {};
  for (const split of ['test', 'hard'] as const) {
    const groups = validationGroups(split, recipe.validationQuestions);
    const rated = await rateResponses(stepLevel, groups);
    const judged = groups.map(({ question, responses }, g) =>
      responses.flatMap(({ thinking }, n) =>
        stepLabels(question, thinking).flatMap((step, i) => {
          const probability = rated[g]?.[n]?.steps?.[i];
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
  const trm = join(EMBEDDED_MODELS, 'tiny-vl-trm');
  return {
    'step-level, min': stepped('min'),
    'step-level, product': stepped('product'),
    ...(existsSync(join(trm, 'config.json')) && {
      'holistic (tiny-vl-trm)': modelRewarder('holistic', loadModel(trm), EMBEDDED),
    }),
  };
}
