/**
 * Thins a curve for drawing: of each stretch of steps the smallest and the largest value stay, and both ends. Exact figures never use it.
 */

/** Which of a curve's points stay, as rising places among `values`: about `maxPoints` at most, all where there are no more; nulls stay as one gap per stretch. */
export function thin(values: readonly (number | null)[], maxPoints: number): number[] {
  if (values.length <= maxPoints || maxPoints < 4) return values.map((_, i) => i);
  const stretches = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const kept = new Set<number>([0, values.length - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * values.length) / stretches);
    const to = Math.floor(((s + 1) * values.length) / stretches);
    let low = -1;
    let high = -1;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (value === null) continue;
      if (low < 0 || value < values[low]!) low = i;
      if (high < 0 || value > values[high]!) high = i;
    }
    kept.add(low < 0 ? from : low).add(high < 0 ? from : high);
  }
  return [...kept].sort((a, b) => a - b);
}
