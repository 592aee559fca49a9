/**
 * Whether two settings of a sweep act together: what one does depends on the other, which a sum of their effects cannot say. Value by value where a
 * setting has few (the two-way analysis of variance), so that an effect that bends is none; along its line where it has many.
 */
import { meanOf, stdOf } from '../../../shared/values/means.ts';
import { type LeastSquares, leastSquares } from '../statistics/least-squares.ts';

/** Two settings whose combinations explain more: R² of the sum of all settings' effects, and with these combinations. */
export interface Interaction {
  readonly settings: readonly [string, string];
  readonly ofSum: number;
  readonly rSquared: number;
}

/** A setting by its name, its value in each run as text, and its columns of the linear fit, each [N]. */
interface Fitted {
  readonly name: string;
  readonly texts: readonly string[];
  readonly columns: readonly (readonly number[])[];
}

/** Least gain in adjusted R² that is told: less is seen by chance in small sweeps. */
const LEAST_GAIN = 0.05;
/** A setting of more values than this is taken along its line. */
const MOST_LEVELS = 6;
/** Settings of which each pair is tried. */
const MOST_SETTINGS = 8;

/** The pair whose combinations, beside all settings, raise adjusted R² of `target` [N] most; null where none does by LEAST_GAIN. */
export function strongestInteraction(settings: readonly Fitted[], target: readonly number[]): Interaction | null {
  if (settings.length > MOST_SETTINGS) return null;
  const parts = settings.map((setting) => ({ name: setting.name, columns: levelColumns(setting) }));
  const alone = parts.flatMap(({ columns }) => columns);
  const fit = leastSquares(alone, target);
  if (fit === null || fit.df < 1) return null;
  const adjusted = ({ rSquared, df }: LeastSquares) => 1 - ((1 - rSquared) * (target.length - 1)) / df;
  let best: { gain: number; found: Interaction } | null = null;
  for (const [i, first] of parts.entries())
    for (const second of parts.slice(i + 1)) {
      const products = first.columns.flatMap((a) => second.columns.map((b) => product(a, b))).filter(varies);
      const both = products.length === 0 ? null : leastSquares([...alone, ...products], target);
      if (both === null || both.df < 1) continue;
      const gain = adjusted(both) - adjusted(fit);
      if (gain >= (best?.gain ?? LEAST_GAIN))
        best = { gain, found: { settings: [first.name, second.name], ofSum: fit.rSquared, rSquared: both.rSquared } };
    }
  return best?.found ?? null;
}

/** A column for each value but the first, 1 where a run has it; or those of the linear fit. */
function levelColumns({ texts, columns }: Fitted): readonly (readonly number[])[] {
  const [, ...levels] = new Set(texts);
  return levels.length >= MOST_LEVELS ? columns : levels.map((level) => texts.map((text) => Number(text === level)));
}

const varies = (column: readonly number[]): boolean => (stdOf(column, 0) ?? 0) > 1e-12;

/** Of two columns about their means, so that it says little of either alone. */
function product(a: readonly number[], b: readonly number[]): number[] {
  const [meanA, meanB] = [meanOf(a) ?? 0, meanOf(b) ?? 0];
  return a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB));
}
