/**
 * How numbers are printed in every format: shares as percent with one decimal.
 */
import type { TableCell } from './results-table.ts';

/** 0.7134 -> "71.3". */
export function percent(share: number): string {
  return plain((share * 100).toFixed(1));
}

/** 0.0123 -> "+1.2", 0 -> "0.0". */
export function signed(share: number): string {
  const text = percent(share);
  return text.startsWith('-') || text === '0.0' ? text : `+${text}`;
}

/** Three decimals, "< 0.001" below. */
export function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** True where the interval excludes 0 with seeds enough to say so. */
export function isSignificant(cell: TableCell): boolean {
  return cell.versus !== null && cell.versus.n >= 3 && (cell.versus.low > 0 || cell.versus.high < 0);
}

const plain = (text: string): string => (text === '-0.0' ? '0.0' : text);
