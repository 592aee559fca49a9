/** Every source of thinking rewards by its name in settings: the other half of shared/kinds/thinking.ts. */
import { SophiaError } from '../../../shared/errors.ts';
import type { ThinkingSource } from '../../../shared/kinds/thinking.ts';
import type { MadeThinking, MakeThinking, ThinkingContext } from './source.ts';
import { makeBlindRubric } from './sources/blind-rubric.ts';
import { makeEndpoint } from './sources/endpoint.ts';
import { makeLength } from './sources/length.ts';
import { makeNone } from './sources/none.ts';
import { makeOracle } from './sources/oracle.ts';
import { makeStepLevel } from './sources/step-level.ts';
import { makeTrm } from './sources/trm.ts';
import { makeUntrained } from './sources/untrained.ts';

/** A table such as THINKING_MAKERS: with more sources, where a test or an extension has its own. */
export type ThinkingMakers = Readonly<Record<string, MakeThinking>>;

/** A maker for every entry of THINKING. */
export const THINKING_MAKERS = {
  none: makeNone,
  trm: makeTrm,
  untrained: makeUntrained,
  oracle: makeOracle,
  'blind-rubric': makeBlindRubric,
  length: makeLength,
  endpoint: makeEndpoint,
  'step-level': makeStepLevel,
} as const satisfies Record<ThinkingSource, MakeThinking>;

/** The source that the settings name, with its models loaded. */
export function makeThinking(context: ThinkingContext, makers: ThinkingMakers = THINKING_MAKERS): MadeThinking {
  const { thinking } = context.settings.reward;
  const make = makers[thinking];
  if (make === undefined) throw new SophiaError('internal', `Thinking reward "${thinking}" has no maker.`);
  return make(context);
}
