/**
 * Thins a curve for drawing: of each stretch of steps the smallest and the largest value stay, and both ends. Exact figures never use it.
 */

/** At most about `maxPoints` of the points, in order; nulls stay as one gap per stretch. */
export function thin(points: readonly [number, number | null][], maxPoints: number): [number, number | null][] {
  if (points.length <= maxPoints || maxPoints < 4) return [...points];
  const stretches = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const kept = new Set<number>([0, points.length - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * points.length) / stretches);
    const to = Math.floor(((s + 1) * points.length) / stretches);
    let low = -1;
    let high = -1;
    for (let i = from; i < to; i++) {
      const value = points[i]![1];
      if (value === null) continue;
      if (low < 0 || value < points[low]![1]!) low = i;
      if (high < 0 || value > points[high]![1]!) high = i;
    }
    kept.add(low < 0 ? from : low).add(high < 0 ? from : high);
  }
  return [...kept].sort((a, b) => a - b).map((i) => points[i]!);
}
