/** From groups of curves to what a chart draws: one shared x, a line per group, its band, and the raw line where it is smoothed. */
import { type Band, type Curve, type GroupCurve, groupCurve, smooth } from './aggregate.ts';

/** One series of a chart. `band` marks the edges of a filled area, always `high` and then `low`. */
export interface ChartLine {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly faint?: boolean;
  readonly band?: 'high' | 'low';
  readonly hidden?: boolean;
  readonly values: (number | null)[];
}

/** Curves to be drawn as one: a variant's seeds, or a single run. */
export interface CurveGroup {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly hidden?: boolean;
  readonly curves: readonly Curve[];
}

export interface DrawnChart {
  readonly x: number[];
  readonly lines: ChartLine[];
  /** One per group: what the legend reads at the cursor. */
  readonly groups: readonly {
    readonly label: string;
    readonly colour: string;
    readonly hidden: boolean;
    readonly mean: (number | null)[];
    readonly low: (number | null)[];
    readonly high: (number | null)[];
    readonly n: number[];
  }[];
}

/** Everything a chart needs, from exact points. */
export function drawGroups(
  groups: readonly CurveGroup[],
  options: { readonly band: Band; readonly smoothing: number },
): DrawnChart {
  const curves = groups.map((group) => groupCurve(group.curves, options.band));
  const x = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
  const lines: ChartLine[] = [];
  const drawn = groups.map((group, i) => {
    const { mean, low, high, n } = onto(curves[i]!, x);
    const { label, colour, hidden = false, dash } = group;
    const shape = { colour, hidden, ...(dash && { dash }) };
    if (high.some((value) => value !== null)) {
      lines.push({ ...shape, label: `${label}, upper edge`, band: 'high', values: smooth(high, options.smoothing) });
      lines.push({ ...shape, label: `${label}, lower edge`, band: 'low', values: smooth(low, options.smoothing) });
    }
    if (options.smoothing > 0) lines.push({ ...shape, label: `${label}, raw`, faint: true, values: mean });
    lines.push({ ...shape, label, values: smooth(mean, options.smoothing) });
    return { label, colour, hidden, mean, low, high, n };
  });
  return { x, lines, groups: drawn };
}

function onto(curve: GroupCurve, x: readonly number[]): Omit<GroupCurve, 'steps'> {
  const place = new Map(curve.steps.map((step, i) => [step, i]));
  const pick = <T>(list: readonly T[], none: T) => x.map((step) => (place.has(step) ? list[place.get(step)!]! : none));
  return {
    mean: pick(curve.mean, null),
    low: pick(curve.low, null),
    high: pick(curve.high, null),
    n: pick(curve.n, 0),
  };
}
