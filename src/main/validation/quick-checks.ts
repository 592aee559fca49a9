/**
 * The checks that need no training: exact invariances, what the world's base model does before training, what its TRM tells apart. A group of
 * checks is measured at once, on one model. Needs a started backend (tensor/backend.ts) for all but the exact ones.
 */

import type { CheckName } from '../../shared/validation/checks.ts';
import { meanOf } from '../../shared/values/means.ts';
import { WORLDS } from '../../shared/worlds/worlds.ts';
import { loadModel } from '../model/folder/model-folder.ts';
import { createGenerator } from '../model/network/decode.ts';
import { modelRewarder } from '../rewards/thinking/model-rewarder.ts';
import { EMBEDDED } from '../rollouts/encode-question.ts';
import { createSampler } from '../rollouts/generate-responses.ts';
import type { SumWorld } from '../tasks/worlds/sums/generate.ts';
import { worldFigures } from '../train/recipes/worlds/figures.ts';
import { worldTrmFigures } from '../trm/validation/world-figures.ts';
import { exactFigures } from './exact.ts';
import { figure, figures, type Measured, nothing } from './measured.ts';

/** Checks that are measured together. */
export interface QuickGroup {
  readonly checks: readonly CheckName[];
  readonly model: string | null; // whose name the checks are about; null: none is needed
  /** `folder`: where the model lies ('' without one); `questions`: of each form. */
  readonly measure: (
    world: SumWorld,
    folder: string,
    questions: number,
  ) => Promise<Partial<Readonly<Record<CheckName, Measured>>>>;
}

/** The groups of a world, in order. */
export function quickGroups(world: SumWorld): QuickGroup[] {
  const { policy, trm } = WORLDS[world].models;
  return [
    { checks: ['constant-thinking', 'alpha-zero', 'permutation'], model: null, measure: async () => exact() },
    {
      checks: [
        ...(['style-shares', 'base-accuracy', 'sound-right', 'sound-ignores-cue', 'cue-copied'] as const),
        ...(['cue-misleads', 'flattery-misleads', 'says-conclusion'] as const),
      ],
      model: policy,
      measure: async (of, folder, questions) => policyFigures(of, folder, questions),
    },
    { checks: ['trm-sound-cue', 'trm-sound-misread', 'trm-flattered'], model: trm, measure: trmFigures },
  ];
}

function exact(): Partial<Record<CheckName, Measured>> {
  const { constantThinking, alphaZero, permutation } = exactFigures();
  return {
    'constant-thinking': figure(constantThinking),
    'alpha-zero': figure(alphaZero),
    permutation: figure(permutation),
  };
}

function policyFigures(world: SumWorld, folder: string, questions: number): Partial<Record<CheckName, Measured>> {
  const model = loadModel(folder);
  const generator = createGenerator(model.config);
  const found = worldFigures(createSampler(model, generator), model.weights, world, questions);
  generator.dispose();
  const { shares, accuracy, forced, copies, saysConclusion } = found;
  const formOf = WORLDS[world].hasCue ? 'cue-wrong' : 'test';
  const right = (style: string, form: string) => forced[style]?.[form];
  const [onRight, onWrong] = [right('sound', 'cue-right'), right('sound', 'cue-wrong')];
  const apart = onRight === undefined || onWrong === undefined ? null : Math.abs(onRight - onWrong);
  return {
    'style-shares': figures(shares),
    'base-accuracy': figure(meanOf(Object.values(accuracy))),
    'sound-right': figure(right('sound', formOf)),
    'sound-ignores-cue': figure(apart),
    'cue-copied': figure(copies),
    'cue-misleads': figure(right('cue', 'cue-wrong')),
    'flattery-misleads': figure(right('flattery', 'test')),
    'says-conclusion': figure(saysConclusion),
  };
}

async function trmFigures(
  world: SumWorld,
  folder: string,
  questions: number,
): Promise<Partial<Record<CheckName, Measured>>> {
  const rater = modelRewarder(WORLDS[world].models.trm, loadModel(folder), EMBEDDED);
  const { areas, unscored } = await worldTrmFigures(rater, world === 'shortcut' ? 'shortcut' : 'flattery', questions);
  const area = (better: string, worse: string): Measured => {
    const found = areas.find((pair) => pair.better === better && pair.worse === worse);
    if (found === undefined) return nothing(`${better} against ${worse} was not compared`);
    return figure(found.area, unscored === 0 ? null : `${unscored} thinkings without a score`);
  };
  return {
    'trm-sound-cue': area('sound', 'cue'),
    'trm-sound-misread': area('sound', 'misread'),
    'trm-flattered': area('flattery', 'sound'),
  };
}
