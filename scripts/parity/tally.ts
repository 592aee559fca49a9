/** Keeps the largest difference per quantity and where it was, and prints them as a table. */

/** One quantity's worst case so far. */
interface Worst {
  difference: number;
  readonly tolerance: number;
  where: string;
  checks: number;
}

/** Differences by quantity. A difference that is no number counts as infinite. */
export class Tally {
  readonly #worst = new Map<string, Worst>();

  /** Notes one comparison. */
  note(quantity: string, difference: number, tolerance: number, where: string): void {
    const value = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    const worst = this.#worst.get(quantity) ?? { difference: -1, tolerance, where, checks: 0 };
    worst.checks++;
    if (value > worst.difference) Object.assign(worst, { difference: value, where });
    this.#worst.set(quantity, worst);
  }

  /** Quantities that are off by more than they may be. */
  get failures(): string[] {
    return [...this.#worst].flatMap(([quantity, { difference, tolerance, where }]) =>
      difference > tolerance ? [`${quantity}: ${show(difference)} at ${where}`] : [],
    );
  }

  /** One line per quantity: largest difference, tolerance, where, verdict. */
  print(title: string): void {
    console.log(title);
    for (const [quantity, { difference, tolerance, where, checks }] of this.#worst) {
      const verdict = difference > tolerance ? 'FAILED' : 'ok';
      const numbers = `${show(difference).padStart(9)} (at most ${show(tolerance)})`;
      console.log(
        `  ${verdict.padEnd(6)} ${quantity.padEnd(22)} ${numbers.padEnd(31)} ${checks} checks, largest at ${where}`,
      );
    }
  }
}

const show = (x: number) => (x === 0 ? '0' : x.toExponential(1));

/** Largest absolute difference of two lists; infinite when their lengths differ. */
export function largestDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(got[i]! - expected[i]!);
    if (!(difference <= most)) most = difference;
  }
  return most;
}
