/**
 * How numbers are printed in every format: shares as percent with one decimal.
 */
import { ENOUGH_SEEDS } from '../../../../shared/study/study.ts';

/** With so many decimals, and no minus before a zero. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1');
}

/** A printed number with its sign; zero has none. */
export function withSign(text: string): string {
  return text.startsWith('-') || Number(text) === 0 ? text : `+${text}`;
}

/** 0.7134 -> "71.3". */
export function percent(share: number): string {
  return fixed(share * 100, 1);
}

/** 0.7134 and 0.012 -> "71.3 ± 1.2"; the mean alone where nothing stands after it. */
export function percentSpread(mean: number, half: number | null): string {
  return half === null ? percent(mean) : `${percent(mean)} ± ${percent(half)}`;
}

/** 0.0123 -> "+1.2", 0 -> "0.0". */
export function signed(share: number): string {
  return withSign(percent(share));
}

/** Three decimals, "< 0.001" below. */
export function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** True where an interval over `n` seeds excludes 0 with seeds enough to say so. */
export function excludesZero({ low, high, n }: { low: number; high: number; n: number }): boolean {
  return n >= ENOUGH_SEEDS && (low > 0 || high < 0);
}
