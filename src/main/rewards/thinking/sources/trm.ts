/** The trained Thinking Reward Model of the setting model.trm: one score token at the end of a thinking. */
import { modelFolder } from '../../../model/folder/find-model.ts';
import { loadModel } from '../../../model/folder/model-folder.ts';
import type { MakeThinking } from '../source.ts';
import { ofModel } from './model.ts';

/** Loads the TRM. */
export const makeTrm: MakeThinking = (context) => {
  const { trm, dtype } = context.settings.model;
  return ofModel(context, loadModel(modelFolder(trm, context.home), { dtype }));
};
