/** Student's t for intervals over a few seeds. */

/** Two-sided 95 %, for 1 to 30 degrees of freedom. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Half the 95 % interval of a mean of `n` values (at least 2) with this standard deviation. */
export function halfInterval95(std: number, n: number): number {
  return (std / Math.sqrt(n)) * (T95[n - 2] ?? 1.96);
}
