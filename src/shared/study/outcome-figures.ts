/** Outcome rewards beside accuracies: whether they say anything more. Where every answer earns 0 or 1, both are one figure. */

interface Figure {
  readonly mean: number | null;
  readonly half: number | null;
}

/** Whether any cell's mean outcome reward, in tenths of a percent as it is printed, is another figure than its accuracy. Shares from 0 to 1. */
export function outcomesSayMore(
  rows: readonly { readonly cells: readonly (Figure & { readonly outcome: Figure | null })[] }[],
): boolean {
  const isSame = (a: number | null, b: number | null) => printed(a) === printed(b);
  return rows.some(({ cells }) =>
    cells.some(
      ({ mean, half, outcome }) => outcome !== null && !(isSame(outcome.mean, mean) && isSame(outcome.half, half)),
    ),
  );
}

const printed = (share: number | null): string => (share === null ? '' : (100 * share).toFixed(1));
