/** The base model as it is, asked for a score as a TRM is: the same tensors as the KL reference. */
import type { MakeThinking } from '../source.ts';
import { ofModel } from './model.ts';

/** Rates with the policy as loaded. */
export const makeUntrained: MakeThinking = (context) => ofModel(context, context.policy());
