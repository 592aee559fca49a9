/** The thinking rewards that a trainer outside this program asks of the rules beside it: those that need no model of ours. */
import { SophiaError } from '../../../../shared/errors.ts';
import type { THINKING, ThinkingSource } from '../../../../shared/kinds/thinking.ts';
import { type EndpointOptions, endpointThinking } from '../../../rewards/thinking/endpoint.ts';
import { endpointKey } from '../../../rewards/thinking/endpoint-key.ts';
import type { MadeThinking, ThinkingContext, ThinkingRewarder } from '../../../rewards/thinking/source.ts';
import { makeBlindRubric } from '../../../rewards/thinking/sources/blind-rubric.ts';
import { makeLength } from '../../../rewards/thinking/sources/length.ts';
import { makeNone } from '../../../rewards/thinking/sources/none.ts';
import { makeOracle } from '../../../rewards/thinking/sources/oracle.ts';

/** What a source is made from here. */
type Context = Pick<ThinkingContext, 'settings'> & Pick<EndpointOptions, 'pictures'>;
type MakeHere = (context: Context) => MadeThinking;
/** The names of the sources that need no model of ours. */
type WithoutModel = {
  [S in ThinkingSource]: (typeof THINKING)[S]['modelSetting'] extends null ? S : never;
}[ThinkingSource];

/** A maker for every source that needs no model of ours. */
const MADE_HERE = {
  none: makeNone,
  length: makeLength,
  oracle: makeOracle,
  'blind-rubric': makeBlindRubric,
  endpoint: ({ settings: { reward }, pictures }) => {
    const apiKey = endpointKey(reward.endpoint);
    const { preset, judge } = reward;
    const options = { ...reward.endpoint, apiKey, preset, judge, ...(pictures !== undefined && { pictures }) };
    return { rewarder: endpointThinking(options), hash: null };
  },
} as const satisfies Record<WithoutModel, MakeHere>;

/** The source of a run's settings. @throws SophiaError 'internal' for one that a model of the trainer's gives */
export function rewarderHere(context: Context): ThinkingRewarder {
  const makers: Partial<Record<ThinkingSource, MakeHere>> = MADE_HERE;
  const make = makers[context.settings.reward.thinking];
  if (make !== undefined) return make(context).rewarder;
  throw new SophiaError('internal', 'This thinking reward needs a rater; run.json names none.');
}
