/** The process reward model of the setting model.stepTrm: a probability of being right for each step, and one score made of them. */
import { modelFolder } from '../../../model/folder/find-model.ts';
import { loadModel } from '../../../model/folder/model-folder.ts';
import { stepHead } from '../heads/step-head.ts';
import type { MakeThinking } from '../source.ts';
import { ofModel } from './model.ts';

/** Loads the model and reads its steps. */
export const makeStepLevel: MakeThinking = (context) => {
  const { model, reward } = context.settings;
  const rater = loadModel(modelFolder(model.stepTrm, context.home), { dtype: model.dtype });
  return ofModel(context, rater, { head: stepHead(rater, reward.stepAggregate) });
};
