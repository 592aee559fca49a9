/**
 * The rubric with a declared blind spot as thinking reward: what a reward model that can be gamed gives, without the model. It serves to ask
 * what trust and annealing do then.
 */
import { rateBlindly } from '../../../tasks/rubric/blind-spot.ts';
import type { MadeThinking, ThinkingContext } from '../source.ts';
import { oracleThinking } from './oracle.ts';

/** The annotator of the settings reward.blindSpot. */
export const makeBlindRubric = ({ settings }: Pick<ThinkingContext, 'settings'>): MadeThinking => ({
  rewarder: {
    ...oracleThinking((question, thinking) =>
      rateBlindly(question, thinking, settings.reward.blindSpot, settings.seed),
    ),
    name: 'blind-rubric',
  },
  hash: null,
});
