/** What tokens can be coloured by: their values as bars, as strength of a colour, and in words. */
import type { ClipState, TokenValues } from '../../../../shared/run/token-values.ts';
import { fixed, number } from '../../../text/format.ts';

/** A measure of tokens. */
export interface TokenMeasure {
  readonly title: string;
  readonly help: string;
  /** Its value at a token for the chart; null: not kept. */
  readonly at: (values: TokenValues, t: number) => number | null;
  /** How strong its colour is from 0 to 1, given the value and the largest of the response. */
  readonly strength: (value: number, most: number) => number;
}

/** Nats at which a token's log-probability or entropy has the strongest colour, where a response has none larger. */
const MUCH = 1;
const bySize = (value: number, most: number): number => Math.min(1, Math.abs(value) / Math.max(MUCH, most));

/** Every measure. */
export const TOKEN_MEASURES = {
  logp: {
    title: 'Log-probability',
    help: 'Stronger: less likely under the policy.',
    at: ({ logps }, t) => logps[t] ?? null,
    strength: bySize,
  },
  entropy: {
    title: 'Entropy',
    help: 'Stronger: the policy was less decided. In nats.',
    at: ({ entropies }, t) => entropies[t] ?? null,
    strength: bySize,
  },
  kl: {
    title: 'KL to the reference',
    help: "Stronger: further from the reference. By the run's estimator.",
    at: ({ kls }, t) => kls?.[t] ?? null,
    strength: (value, most) => (most === 0 ? 0 : Math.min(1, Math.abs(value) / most)),
  },
  clip: {
    title: 'Clipped',
    help: 'Overlined: clipped high; underlined: clipped low, in the last update of the step.',
    at: ({ clips }, t) => (clips === null ? null : CLIP_VALUE[clips[t] ?? 'none']),
    strength: (value) => Math.abs(value),
  },
} as const satisfies Record<string, TokenMeasure>;
/** A name of TOKEN_MEASURES. */
export type TokenMeasureName = keyof typeof TOKEN_MEASURES;

const CLIP_VALUE: Readonly<Record<ClipState, number>> = { none: 0, low: -1, high: 1 };
const CLIP_WORDS: Readonly<Record<ClipState, string>> = {
  none: 'not clipped',
  low: 'clipped low',
  high: 'clipped high',
};

/** A token with its place in the text. */
export interface TokenPiece {
  readonly text: string; // what it wrote; '' for a special token
  readonly isEnd: boolean; // the last one, which wrote nothing
}

/** A response's text cut into its tokens; a rest that no token wrote (there is none in what this program keeps) joins the last. */
export function tokenPieces(text: string, { lengths }: TokenValues): TokenPiece[] {
  let at = 0;
  return lengths.map((length, t) => {
    const piece = text.slice(at, at + length);
    at += length;
    return { text: piece, isEnd: t === lengths.length - 1 && length === 0 };
  });
}

/** All values of a token in words; t counts from 0. */
export function tokenText(values: TokenValues, pieces: readonly TokenPiece[], t: number): string {
  const { logps, entropies, kls, clips } = values;
  const piece = pieces[t];
  const logp = logps[t] ?? Number.NaN;
  const name =
    piece === undefined || piece.text === '' ? (piece?.isEnd === true ? 'end' : 'nothing') : `“${piece.text}”`;
  return [
    `token ${t + 1} of ${logps.length}, ${name}`,
    `log-probability ${fixed(logp)} (${(100 * Math.exp(logp)).toFixed(1)} %)`,
    `entropy ${fixed(entropies[t])} nats`,
    `KL ${kls === null ? 'not kept' : number(kls[t])}`,
    clips === null ? 'clipping not known' : CLIP_WORDS[clips[t] ?? 'none'],
  ].join('\n');
}

/** The largest size of a measure over a response. */
export function largest(values: TokenValues, measure: TokenMeasure): number {
  return values.logps.reduce((most, _, t) => {
    const value = measure.at(values, t);
    return value === null || !Number.isFinite(value) ? most : Math.max(most, Math.abs(value));
  }, 0);
}
