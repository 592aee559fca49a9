/**
 * Least squares over measured points, and whole models told by them. The peak of a step is taken as a sum: fixed, and so much per million numbers of
 * the model, per token (of prompt and responses of a group), token and layer, and image token. Intervals are of a single new
 *measurement at 95 % (Student's t).
 */
import { lengthsOfCache } from '../../../src/main/model/network/cache.ts';
import { type Point, pointKey, SERIES, WHOLES } from './plan.ts';

/** Of a point what its peak depends on. */
interface Regressor {
  readonly name: string;
  readonly of: (point: Point) => number;
}

/** Ids of the question's text within the chat template, padded, by the embedded tokenizer. */
const TEXT_IDS = 48;
/** Widths by which a token of the 7B costs more than one of the 3B: within a layer's MLP, and what is kept of it between layers. */
const INNER = { '3b': 1, '7b': 18_944 / 11_008 };
const KEPT = { '3b': 1, '7b': (3584 + 2 * 512) / (2048 + 2 * 256) };
const imageTokens = ({ picture, questions }: Point): number =>
  picture === null ? 0 : picture.reduce((tokens, side) => tokens * Math.round(side / 28), questions);
const responseTokens = ({ questions, generations, tokens }: Point): number => questions * generations * tokens;
const promptTokens = (point: Point): number => point.questions * TEXT_IDS + imageTokens(point);

/** Numbers of the model, in millions: decoder with its table, and tower with its merger. */
export function millions(point: Point): number {
  const block = 4 * 1280 * 1280 + 3 * 1280 * 3420;
  const merger = 5120 * 5120 + 5120 * (point.width === '3b' ? 2048 : 3584) + 1176 * 1280;
  return decoderMillions(point) + (point.depth * block + merger) / 1e6;
}
/** Those of the decoder and its tables alone: what generation reads for each token. */
function decoderMillions({ width, layers, vocabulary }: Point): number {
  const [hidden, inner, kv, tables] = width === '3b' ? [2048, 11_008, 256, 1] : [3584, 18_944, 512, 2];
  const layer = 2 * hidden * hidden + 2 * hidden * kv + 3 * hidden * inner;
  return (layers * layer + tables * vocabulary * hidden) / 1e6;
}
const tableMillions = ({ width, vocabulary }: Point): number => (vocabulary * (width === '3b' ? 2048 : 2 * 3584)) / 1e6;

/** Graphs of generation cast the decoder's matrices piece by piece; there is one for each length that the rows' cache goes through. */
const decodeGraphs = (point: Point): number => decoderMillions(point) * lengthsOfCache(point.tokens);

/** How the numbers of a model rest while it is trained. */
type Resting = 'bfloat16' | 'float32' | 'trained';
const restingOf = ({ trained, dtype }: Point): Resting =>
  trained === 'all' ? 'trained' : dtype === 'auto' ? 'bfloat16' : 'float32';

const FIXED: Regressor = { name: 'fixed', of: () => 1 };
/** What a peak depends on beside the model's numbers; measured where these rest in bfloat16, and taken over where they do not. */
const TOKENS: readonly Regressor[] = [
  { name: 'per token of a response', of: (point) => responseTokens(point) * INNER[point.width] },
  { name: 'per token of a prompt', of: (point) => promptTokens(point) * INNER[point.width] },
  {
    name: 'per token and layer',
    of: (point) => (responseTokens(point) + promptTokens(point)) * point.layers * KEPT[point.width],
  },
];
/** By how they rest. Adapters, which grow with the layers, are in what a million frozen numbers take. */
const NUMBERS: Readonly<Record<Resting, readonly Regressor[]>> = {
  bfloat16: [
    FIXED,
    { name: 'per million numbers', of: millions },
    { name: 'per million numbers of the decoder and length of the cache', of: decodeGraphs },
  ],
  float32: [FIXED, { name: 'per million numbers', of: millions }],
  trained: [
    FIXED,
    { name: 'per million numbers of layers and tower', of: (point) => millions(point) - tableMillions(point) },
    { name: 'per million numbers of the table', of: tableMillions },
  ],
};

/** A fit: its coefficients with their standard errors, and what it says of another point. */
export interface Fit {
  readonly coefficients: readonly number[];
  readonly errors: readonly number[];
  readonly residual: number; // standard deviation, MiB
  readonly degrees: number;
  /** The value there, half the interval of a new measurement, and half that of the fit alone. */
  readonly at: (x: readonly number[]) => { readonly value: number; readonly half: number; readonly own: number };
}

/** Two-sided 95 % quantiles of Student's t by degrees of freedom. */
const STUDENT = [
  ...[Number.NaN, 12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228],
  ...[2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06],
];

/** Ordinary least squares of y on the columns of `rows`. @throws Error where there are not more rows than columns */
export function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): Fit {
  const n = rows.length;
  const p = rows[0]?.length ?? 0;
  const degrees = n - p;
  if (degrees < 1) throw new Error(`${n} points are too few for ${p} slopes`);
  const scale = Array.from({ length: p }, (_, j) => Math.max(...rows.map((row) => Math.abs(row[j]!))) || 1);
  const x = rows.map((row) => row.map((value, j) => value / scale[j]!));
  const inverse = inverted(
    scale.map((_, i) => scale.map((_, j) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0))),
  );
  const xy = scale.map((_, j) => x.reduce((sum, row, i) => sum + row[j]! * y[i]!, 0));
  const beta = inverse.map((row) => row.reduce((sum, value, j) => sum + value * xy[j]!, 0));
  const dot = (row: readonly number[]) => row.reduce((sum, value, j) => sum + value * beta[j]!, 0);
  const residual = Math.sqrt(x.reduce((sum, row, i) => sum + (y[i]! - dot(row)) ** 2, 0) / degrees);
  return {
    coefficients: beta.map((value, j) => value / scale[j]!),
    errors: inverse.map((row, j) => (residual * Math.sqrt(row[j]!)) / scale[j]!),
    residual,
    degrees,
    at: (point) => {
      const scaled = point.map((value, j) => value / scale[j]!);
      const spread = scaled.reduce(
        (sum, value, i) => sum + value * inverse[i]!.reduce((inner, of, j) => inner + of * scaled[j]!, 0),
        0,
      );
      const t = (STUDENT[degrees] ?? 1.96) * residual;
      return { value: dot(scaled), half: t * Math.sqrt(1 + spread), own: t * Math.sqrt(spread) };
    },
  };
}

/** Gauss-Jordan with pivots. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    const pivot = rows.reduce(
      (best, row, r) => (r >= c && Math.abs(row[c]!) > Math.abs(rows[best]![c]!) ? r : best),
      c,
    );
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const by = rows[c]![c]!;
    if (Math.abs(by) < 1e-12) throw new Error('the points do not tell the slopes apart');
    rows[c] = rows[c]!.map((value) => value / by);
    for (let r = 0; r < n; r++) {
      const factor = rows[r]![c]!;
      if (r !== c) rows[r] = rows[r]!.map((value, j) => value - factor * rows[c]![j]!);
    }
  }
  return rows.map((row) => row.slice(n));
}

const gib = (mib: number): string => (mib / 1024).toFixed(1);
const slope = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** What is told of a point by a fit. */
type Told = (point: Point) => { readonly value: number; readonly half: number };

/** The report as Markdown: slopes, whole models with their intervals, and every point beside what the fit says of it. */
export function slopesReport(known: ReadonlyMap<string, number>): string {
  const points = SERIES.flatMap((series) => series.points).filter((point) => known.has(pointKey(point)));
  const measured = (point: Point): number => known.get(pointKey(point))!;
  const those = (rest: Resting): Point[] => points.filter((point) => restingOf(point) === rest);
  const rows = ['| numbers rest in | slope | MiB | standard error |', '| --- | --- | ---: | ---: |'];
  const tellSlopes = (rest: Resting, used: readonly Regressor[], fit: Fit) =>
    rows.push(
      ...used.map(({ name }, i) => `| ${rest} | ${name} | ${slope(fit.coefficients[i]!)} | ${slope(fit.errors[i]!)} |`),
      `| ${rest} | residual of ${those(rest).length} points | ${fit.residual.toFixed(0)} | |`,
    );
  const all = [...NUMBERS.bfloat16, ...TOKENS];
  if (those('bfloat16').length <= all.length) return `${points.length} points measured, too few.`;
  const x = (used: readonly Regressor[], point: Point): number[] => used.map(({ of }) => of(point));
  const base = leastSquares(
    those('bfloat16').map((point) => x(all, point)),
    those('bfloat16').map(measured),
  );
  tellSlopes('bfloat16', all, base);
  const told = new Map<Resting, Told>([['bfloat16', (point) => base.at(x(all, point))]]);
  /** What the tokens take, by the slopes above. */
  const ofTokens = (point: Point) => base.at([...NUMBERS.bfloat16.map(() => 0), ...x(TOKENS, point)]);
  for (const rest of ['float32', 'trained'] as const) {
    const used = NUMBERS[rest];
    if (those(rest).length <= used.length) continue;
    const fit = leastSquares(
      those(rest).map((point) => x(used, point)),
      those(rest).map((point) => measured(point) - ofTokens(point).value),
    );
    tellSlopes(rest, used, fit);
    told.set(rest, (point) => {
      const [numbers, tokens] = [fit.at(x(used, point)), ofTokens(point)];
      return { value: numbers.value + tokens.value, half: Math.hypot(numbers.half, tokens.own) };
    });
  }
  const whole = WHOLES.flatMap(({ title, step, point, measuredGiB = '' }) => {
    const found = told.get(restingOf(point))?.(point);
    if (found === undefined) return [];
    const { value, half } = found;
    const cells = [title, step, gib(value), `${gib(value - half)} - ${gib(value + half)}`, measuredGiB];
    return `| ${cells.join(' | ')} |`;
  });
  const each = points.map((point) => {
    const value = told.get(restingOf(point))?.(point).value;
    return `- ${pointKey(point)}: ${measured(point).toFixed(0)}, ${value?.toFixed(0) ?? 'not fitted'}`;
  });
  return [
    ...rows,
    '',
    '| whole model | one group | peak, GiB | 95 % | measured |',
    '| --- | --- | ---: | ---: | ---: |',
    ...whole,
    '',
    'Every point (width, trained, dtype, layers, tower blocks, vocabulary, picture, groups, responses, tokens): measured and fitted, MiB.',
    '',
    ...each,
  ].join('\n');
}
