/** The verdict in plain sentences. An effect is never named without its interval, and what too few seeds cannot tell is not told. */
import { ENOUGH_SEEDS } from '../../../shared/study/study.ts';
import { fixed, probability, withSign } from '../table/formats/number-text.ts';
import type { ContrastLeverage } from './contrast-leverage.ts';
import type { VerdictEffect } from './effect.ts';
import { invisibleSentence } from './leverage-words.ts';

/** A size of a measure as people read it: points of accuracy with one decimal, scores with three; `signed` with its sign. */
export function effectSize({ unit }: Pick<VerdictEffect, 'unit'>, value: number, signed = false): string {
  const text = unit === 'points' ? fixed(100 * value, 1) : fixed(value, 3);
  return signed ? withSign(text) : text;
}

const signed = (effect: VerdictEffect, value: number): string => effectSize(effect, value, true);
const unitOf = ({ unit }: VerdictEffect): string => (unit === 'points' ? ' points' : '');

/** What an effect says: "+0.3 points, 95 % interval -1.9 to +2.5 (5 seeds): no effect larger than 2.5 points either way". `family`: comparisons; `on`: what follows the number. */
export function effectSentence(effect: VerdictEffect, family: number | null, on = ''): string {
  const { difference, low, high, n, p, isTold } = effect;
  const found = `${signed(effect, difference)}${unitOf(effect)}${on}`;
  if (low === null || high === null) return `${found} at one seed, which cannot tell an effect from chance`;
  const interval = `95 % interval ${signed(effect, low)} to ${signed(effect, high)}`;
  if (n === 1)
    return `${found}, ${interval} over questions alone: one seed cannot tell an effect from the variation between runs`;
  const told = `${found}, ${interval} (${n} seeds)`;
  if (low === 0 && high === 0) return `${found} at all ${n} seeds: no difference was measured`;
  if (n < ENOUGH_SEEDS)
    return `${told}: fewer than ${ENOUGH_SEEDS} seeds cannot tell an effect from the variation between runs`;
  const isClear = low > 0 || high < 0;
  const [least, most] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b);
  if (isTold && p !== null) {
    const among = family === null || family < 2 ? '' : `, Holm-corrected over ${family} comparisons`;
    const range = `${effectSize(effect, least ?? 0)} to ${effectSize(effect, most ?? 0)}${unitOf(effect)}`;
    return `${told}: an effect of ${range} (p ${p < 0.001 ? '' : '= '}${probability(p)}${among})`;
  }
  if (isClear && p !== null)
    return `${told}: not distinguishable from chance after correction for ${family} comparisons (p = ${probability(p)})`;
  if (isClear) return `${told}: not declared before the runs, so descriptive only`;
  return `${told}: no effect larger than ${effectSize(effect, Math.max(Math.abs(low), Math.abs(high)))}${unitOf(effect)} either way`;
}

/** The one sentence of a contrast. `subject` is "Trust (full vs. wo-trust)". */
export function contrastSentence(
  subject: string,
  main: VerdictEffect | null,
  family: number | null,
  leverage: ContrastLeverage,
): string {
  const invisible = invisibleSentence(leverage);
  if (main === null)
    return `${subject}: ${invisible ?? 'nothing can be said yet: no seed has finished in both variants'}.`;
  const told = effectSentence(main, family, ` of ${main.title.replace(', ', ' (')})`);
  return invisible === null ? `${subject}: ${told}.` : `${subject}: ${invisible}. Measured: ${told}.`;
}
