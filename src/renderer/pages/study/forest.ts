/** The verdict's forest plots: which effects stand in them, on which axis, and what is said beside them. */
import { ENOUGH_SEEDS } from '../../../shared/study/study.ts';
import type { Outputs } from '../../api/client.ts';
import { count, percent, signedFixed, signedPercent } from '../../text/format.ts';

export type Verdict = Outputs['studies']['verdict'];
export type Effect = Verdict['contrasts'][number]['effects'][number];
type Unit = Effect['unit'];

/** A row of forest plots: a declared contrast, or a main effect of the 2 x 2, which has no leverage of its own. */
export interface ForestBlock {
  readonly key: string;
  /** By the variants' titles, where that says more than the sentence. */
  readonly title: string;
  readonly sentence: string;
  readonly effects: readonly Effect[];
  readonly leverage: Verdict['contrasts'][number]['leverage'] | null;
}

/** Of more contrasts than this, each shows its accuracy alone until the other measures are asked for. */
const FEW_CONTRASTS = 3;
const UNITS: readonly Unit[] = ['points', 'score'];

/** Every contrast and main effect that something is known of; and the sentences of those that nothing is known of. */
export function forestBlocks({ contrasts, factorial }: Verdict): {
  readonly blocks: readonly ForestBlock[];
  readonly unknown: readonly string[];
} {
  const all: ForestBlock[] = [
    ...contrasts.map(({ contrast, title, sentence, effects, leverage }) => ({
      ...{ key: contrast, title, sentence, effects, leverage },
    })),
    ...(factorial?.effects ?? []).map(({ name, title, effects }) => ({
      ...{ key: `:${name}`, title, effects, leverage: null },
      sentence: `${title}: ${effects[0]?.sentence ?? ''}`,
    })),
  ];
  return {
    blocks: all.filter(({ effects }) => effects.length > 0),
    unknown: all.filter(({ effects }) => effects.length === 0).map(({ sentence }) => sentence),
  };
}

/** Whether every measure is shown at first. */
export const showsAllAtFirst = (blocks: readonly ForestBlock[]): boolean => blocks.length <= FEW_CONTRASTS;

/** The effects to draw, unit by unit, accuracies first; `areAll` false: accuracies alone, or all where there are none. */
export function shownEffects(effects: readonly Effect[], areAll: boolean): { unit: Unit; effects: Effect[] }[] {
  const accuracies = effects.filter(({ measure }) => measure === 'accuracy');
  const shown = areAll || accuracies.length === 0 ? effects : accuracies;
  return UNITS.map((unit) => ({ unit, effects: shown.filter((effect) => effect.unit === unit) })).filter(
    (group) => group.effects.length > 0,
  );
}

/** The end of an axis that is the same for every forest plot of a unit: the next 1, 2 or 5 of a power of ten that all values lie within, at most 1. */
export function reachOf(blocks: readonly ForestBlock[], unit: Unit): number {
  const largest = Math.max(
    0,
    ...blocks.flatMap(({ effects }) => effects.filter((effect) => effect.unit === unit).flatMap(extremes)),
  );
  if (largest === 0) return 0.01;
  const power = 10 ** Math.floor(Math.log10(largest));
  const next = [1, 2, 5, 10].map((digit) => digit * power).find((end) => end >= largest * (1 - 1e-9)) ?? largest;
  return largest > 1 ? Math.ceil(largest * 5 - 1e-9) / 5 : Math.min(1, next); // a difference of differences may pass 1
}

function extremes({ difference, low, high, perSeed }: Effect): number[] {
  return [difference, low ?? 0, high ?? 0, ...perSeed.map((pair) => pair.difference)].map(Math.abs);
}

/** A value of a unit with its sign: "+90.5", "−0.012". */
export const signed = (unit: Unit, value: number): string =>
  unit === 'points' ? signedPercent(value) : signedFixed(value);

/** A size of a unit with its name: "6.2 points", "0.031". */
export function sizeText(unit: Unit, value: number): string {
  return unit === 'points' ? `${percent(value)} points` : signedFixed(value).replace(/^\+/, '');
}

/** An end of an axis, without needless zeros. */
export function tickText(unit: Unit, value: number): string {
  const text = String(Number((unit === 'points' ? value * 100 : value).toPrecision(3)));
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** What more seeds would do for a contrast: "4 more seeds to find 2.0 points"; null where it lacks none, or nothing is known. */
export function lackingText(effect: Effect | undefined, enough: number, wanted: number): string | null {
  const seeds = seedsLacking(effect, enough);
  const points = `${percent(wanted)} points`;
  if (effect !== undefined && effect.n > 1 && effect.seedsMissing === null) {
    const first = seeds === null ? '' : `${count(seeds, 'more seed')} for a result that counts; `;
    return `${first}no number of seeds finds ${points} on these questions`;
  }
  return seeds === null || seeds === 0 ? null : `${count(seeds, 'more seed')} to find ${points}`;
}

/** Seeds that a contrast's main effect lacks: for the wanted difference, and for any mark at all (`enough`); 0: none. Null: not known. */
export function seedsLacking(effect: Effect | undefined, enough: number): number | null {
  if (effect === undefined) return null;
  const few = Math.max(0, enough - effect.n);
  return effect.seedsMissing === null ? (few === 0 ? null : few) : Math.max(few, effect.seedsMissing);
}

/** Why so many seeds are suggested, in sentences; `beyond` of `all` contrasts the difference is out of reach for. */
export function whySeeds(wanted: number, missing: number, beyond: number, all: number): string {
  const points = `${percent(wanted)} points`;
  const power = `80 % power, by this study's own variance; at least ${ENOUGH_SEEDS} seeds in all`;
  const reached = beyond === 0 ? 'every declared contrast' : `${all - beyond} of ${all} contrasts`;
  if (beyond === all && all > 0)
    return missing > 0
      ? `An interval counts from ${ENOUGH_SEEDS} seeds on, so ${count(missing, 'more seed')}. No number of seeds finds ${points} on these questions.`
      : `No number of seeds finds ${points} on these questions. More seeds still narrow the intervals.`;
  const need =
    missing > 0
      ? `${points} in the main measure of ${reached} need ${count(missing, 'more seed')} (${power}).`
      : `${points} in the main measure of ${reached} can be found with the present seeds (${power}).`;
  return beyond === 0 ? need : `${need} For the others no number of seeds finds them on these questions.`;
}
