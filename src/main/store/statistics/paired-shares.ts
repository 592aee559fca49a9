/**
 * Two shares of the same n questions, answered twice: how much they differ, and how sure that is. Only the questions that changed count: `gained`
 * were wrong and are right, `lost` were right and are wrong.
 */

/** What became of n questions. */
export interface Changed {
  readonly n: number;
  readonly gained: number;
  readonly lost: number;
}

/** A difference of shares with its 95 % interval, from -1 to 1, and McNemar's p. */
export interface ShareDifference {
  readonly difference: number; // (gained - lost) / n
  readonly low: number;
  readonly high: number;
  readonly p: number; // of gains and losses being as likely: exact, two-sided
}

/** Of a normal distribution, for 95 %. */
const Z = 1.959963984540054;

/**
 * The difference; null without questions. The interval is Bonett and Price's (2012): Wald's over counts of which one more is taken for granted, which
 * keeps its level for few changes and has a width where nothing changed.
 */
export function shareDifference({ n, gained, lost }: Changed): ShareDifference | null {
  if (n === 0) return null;
  const [up, down] = [(gained + 1) / (n + 2), (lost + 1) / (n + 2)];
  const half = Z * Math.sqrt((up + down - (up - down) ** 2) / (n + 2));
  return {
    difference: (gained - lost) / n,
    low: Math.max(-1, up - down - half),
    high: Math.min(1, up - down + half),
    p: mcNemarP(gained, lost),
  };
}

/** McNemar's exact test: the binomial probability, doubled, of a split of `gained + lost` changes at least as uneven; 1 without any. */
export function mcNemarP(gained: number, lost: number): number {
  const n = gained + lost;
  // Terms of the binomial in logarithms: 2^-n is 0 in doubles from n = 1075 on.
  let log = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(gained, lost); k++) {
    tail += Math.exp(log);
    log += Math.log(n - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}
