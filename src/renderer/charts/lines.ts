/** From groups of curves to what a chart draws: one shared x, a line per group, its band, and the raw line where it is smoothed. */
import { type Band, type Curve, type GroupCurve, groupCurve, smooth } from './aggregate.ts';

/** A value at each place of x: null is a gap in the line, undefined a place that only other lines have. */
export type LineValues = (number | null | undefined)[];

/** One series of a chart. `band` marks the edges of a filled area, always `high` and then `low`. */
export interface ChartLine {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly bold?: boolean;
  readonly faint?: boolean;
  readonly band?: 'high' | 'low';
  readonly hidden?: boolean;
  readonly values: LineValues;
}

/** Curves to be drawn as one: a variant's seeds, or a single run. The reference of a comparison is dashed, bold and on top. */
export interface CurveGroup {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly hidden?: boolean;
  readonly reference?: boolean;
  readonly curves: readonly Curve[];
}

/** One group as the legend reads it at a place of x. */
export interface DrawnGroup {
  readonly label: string;
  readonly colour: string;
  readonly hidden: boolean;
  readonly reference: boolean;
  readonly mean: LineValues;
  readonly low: LineValues;
  readonly high: LineValues;
  readonly n: (number | undefined)[];
}

export interface DrawnChart {
  readonly x: number[];
  /** The step that lies at each place of x. */
  readonly steps: (number | undefined)[];
  readonly lines: ChartLine[];
  readonly groups: readonly DrawnGroup[];
}

const REFERENCE_DASH = [7, 3];

/** Everything a chart needs, from exact points. */
export function drawGroups(
  groups: readonly CurveGroup[],
  options: { readonly band: Band; readonly smoothing: number },
): DrawnChart {
  const curves = groups.map((group) => groupCurve(group.curves, options.band));
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, i) => [value, i]));
  const steps: (number | undefined)[] = new Array(x.length);
  const own: { line: ChartLine[]; reference: boolean }[] = [];
  const drawn = groups.map((group, i): DrawnGroup => {
    const curve = curves[i]!;
    const onto = placed(curve, place, x.length);
    for (const [p, value] of curve.x.entries()) steps[place.get(value)!] = curve.steps[p]!;
    const { label, colour, hidden = false, reference = false } = group;
    const dash = reference ? REFERENCE_DASH : group.dash;
    const shape = { colour, hidden, ...(dash && { dash }), ...(reference && { bold: true }) };
    const line: ChartLine[] = [];
    if (curve.high.some((value) => value !== null)) {
      const edge = (values: readonly (number | null)[]) => onto(smooth(values, options.smoothing));
      line.push({ ...shape, label: `${label}, upper edge`, band: 'high', values: edge(curve.high) });
      line.push({ ...shape, label: `${label}, lower edge`, band: 'low', values: edge(curve.low) });
    }
    if (options.smoothing > 0) line.push({ ...shape, label: `${label}, raw`, faint: true, values: onto(curve.mean) });
    line.push({ ...shape, label, values: onto(smooth(curve.mean, options.smoothing)) });
    own.push({ line, reference });
    const { mean, low, high } = { mean: onto(curve.mean), low: onto(curve.low), high: onto(curve.high) };
    return { label, colour, hidden, reference, mean, low, high, n: onto(curve.n) };
  });
  const lines = [...own].sort((a, b) => Number(a.reference) - Number(b.reference)).flatMap((one) => one.line);
  return { x, steps, lines, groups: drawn };
}

/** Puts a group's values onto the places of the shared x. */
function placed(curve: GroupCurve, place: ReadonlyMap<number, number>, length: number) {
  const at = curve.x.map((value) => place.get(value)!);
  return <T>(values: readonly T[]): (T | undefined)[] => {
    const out = new Array<T | undefined>(length).fill(undefined);
    for (const [i, value] of values.entries()) out[at[i]!] = value;
    return out;
  };
}
