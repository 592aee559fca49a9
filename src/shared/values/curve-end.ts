/** What a curve comes to at its end: the mean of its last steps, over runs with their spread. A single step of a run is mostly chance. */
import type { Curve } from './curves.ts';
import { meanOf, stdOf } from './means.ts';

/** Steps at a run's end over which a metric of training is averaged: by charts, the verdict, tables of metrics and reports alike. */
export const LAST_STEPS = 20;

/** The end of a group of curves; `std` over runs, null with one. */
export interface CurveEnd {
  readonly mean: number | null;
  readonly std: number | null;
  readonly n: number; // runs
}

/** The mean over runs of each run's mean over its last LAST_STEPS steps; of a curve of shares of questions, of its last evaluation. */
export function curveEnd(curves: readonly Curve[]): CurveEnd {
  const ends = curves.flatMap((curve) => endOf(curve) ?? []);
  return { mean: meanOf(ends), std: stdOf(ends), n: ends.length };
}

function endOf({ steps, values, questions }: Curve): number | null {
  const known = steps.flatMap((step, i) => {
    const value = values[i];
    return value == null ? [] : [{ step, value }];
  });
  const last = known.at(-1);
  if (last === undefined || questions !== undefined) return last?.value ?? null;
  return meanOf(known.filter(({ step }) => step > last.step - LAST_STEPS).map(({ value }) => value));
}
