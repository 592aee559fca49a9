/** What the panels of distributions share: arms with what was counted of them, and the words of their figures. */

import type { Quantity } from '../../../shared/run/quantities.ts';
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
  readonly found: Found['arms'][number];
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
