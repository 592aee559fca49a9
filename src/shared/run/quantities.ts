/**
 * What responses and groups have a distribution of, over the steps of a run: rewards, advantage, length, trust. Declared once: how each is
 * counted (the grain of its smallest bins) and what the page calls it.
 */

/** A number that every response, or every group (all responses to one question of a step), may have. */
export interface Quantity {
  readonly title: string;
  readonly symbol?: string;
  readonly of: 'responses' | 'groups';
  /** Width of the smallest bins; coarser ones are whole multiples of it. */
  readonly grain: number;
  /** The least and the most that it can be; without them bins cover what there is. */
  readonly limits?: readonly [low: number, high: number];
  readonly unit?: string;
  /** Why there may be none, in words for an empty plot. */
  readonly empty: string;
}

const NO_THINKING = 'This needs a variant with a thinking reward.';
const NO_RESPONSE = 'Distributions appear after the first step.';

/** Every quantity, in the order in which pages show them. */
export const QUANTITIES = {
  outcome: { title: 'Outcome reward', symbol: 'R^o', of: 'responses', grain: 0.05, limits: [0, 1], empty: NO_RESPONSE },
  thinking: {
    ...{ title: 'Thinking reward', symbol: 'R^t', of: 'responses', grain: 0.05, limits: [0, 1] },
    empty: `No thinking reward was given. ${NO_THINKING}`,
  },
  rubric: {
    ...{ title: 'Rubric score', of: 'responses', grain: 0.05, limits: [0, 1] },
    empty: 'The rubric scores thinking about embedded questions only.',
  },
  advantage: { title: 'Advantage', symbol: 'A', of: 'responses', grain: 0.025, empty: NO_RESPONSE },
  length: { title: 'Response length', of: 'responses', grain: 1, unit: 'tokens', empty: NO_RESPONSE },
  gamma: {
    ...{ title: 'Trust weight', symbol: 'gamma', of: 'groups', grain: 0.05, limits: [0, 1] },
    empty: `No group has a weight. ${NO_THINKING}`,
  },
  muDifference: {
    ...{ title: 'mu_c - mu_w', of: 'groups', grain: 0.05, limits: [-1, 1] },
    empty: 'No group has right and wrong responses with thinking rewards.',
  },
} as const satisfies Record<string, Quantity>;

/** A name of QUANTITIES. */
export type QuantityName = keyof typeof QUANTITIES;

/** All names. */
export const QUANTITY_NAMES = Object.keys(QUANTITIES) as QuantityName[];

/** A quantity by its name. */
export const quantity = (name: QuantityName): Quantity => QUANTITIES[name];
