/** What the panels of distributions share: arms with what was counted of them, and the words of their figures. */

import type { Quantity } from '../../../shared/run/quantities.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import type { Outputs } from '../../api/client.ts';
import { symbolText } from '../../text/format.ts';

/** Distributions as the engine gives them. */
export type Found = Outputs['runs']['distributions'];

/** An arm: a variant with its runs, or one run. */
export interface Arm {
  readonly label: string;
  readonly index: number; // of its colour
  readonly runs: readonly number[];
}

/** An arm with what was counted of it. */
export interface CountedArm extends Arm {
  readonly heading: string; // its name, as short as it has to be
  readonly found: Found['arms'][number];
}

/**
 * Of several arms those that have something to show, and a sentence, the first of `why`, that names the others: "No thinking reward was given: GRPO." One arm is
 * shown in any case, with the reason in its place.
 */
export function filled(
  arms: readonly CountedArm[],
  isFilled: (arm: CountedArm) => boolean,
  why: string,
): { readonly shown: readonly CountedArm[]; readonly others: string | null } {
  const empty = arms.length > 1 ? arms.filter((arm) => !isFilled(arm)) : [];
  const names = empty.map(({ label }) => label).join(', ');
  return {
    shown: arms.filter((arm) => !empty.includes(arm)),
    others: empty.length === 0 ? null : `${firstPart(why, '.')}: ${names}.`,
  };
}

const SYMBOLS: Readonly<Record<string, string>> = { 'R^o': 'Rᵒ', 'mu_c - mu_w': 'μ_c − μ_w' };

/** "Thinking reward Rᵗ". */
export function quantityTitle({ title, symbol }: Quantity): string {
  const name = SYMBOLS[title] ?? title;
  return symbol === undefined ? name : `${name} ${SYMBOLS[symbol] ?? symbolText(symbol)}`;
}

/** 0.5 -> "0.5", 0.30000000000000004 -> "0.3". */
export const bound = (value: number): string => String(Number(value.toFixed(4))).replace('-', '−');

/** A name for the file of a figure. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .join('-')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-');
