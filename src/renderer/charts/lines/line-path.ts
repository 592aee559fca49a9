/**
 * The path of a curve on its canvas. A chart of a hundred runs has a hundred curves over the places of all of them, at most of which a curve
 * has no point: only its own are walked. Of many points on one column of pixels those that show are drawn: the first, the lowest, the
 * highest and the last. What lies far outside of the plot is cut off. Knows nothing of bands; uPlot's own path is theirs.
 */

import type uPlot from 'uplot';
import { present } from '../../../shared/values/list.ts';
import type { LineValues } from './group-lines.ts';
import { type ChartLine, lastAt } from './lines.ts';

/** The last path of a line's values, for as long as scales, canvas and part are the same: lines that have not grown keep it. */
const drawn = new WeakMap<LineValues, { readonly place: string; readonly path: Path2D }>();

/** For uPlot's `paths`, from one place of x to another: pixels, rounded as uPlot rounds them; a null is a gap. */
export function linePath(chart: uPlot, line: ChartLine, from: number, to: number): uPlot.Series.Paths {
  const { at, values } = line;
  const begin = Math.max(0, lastAt(at, from));
  const end = lastAt(at, to) + 1;
  const { x, y } = chart.scales;
  const { left, top, width, height } = chart.bbox;
  const place = [begin, end, x?.min, x?.max, x?.distr, y?.min, y?.max, y?.distr, left, top, width, height].join();
  let known = drawn.get(values);
  if (known?.place !== place) drawn.set(values, (known = { place, path: newPath(chart, line, begin, end) }));
  return { stroke: known.path, flags: 0 }; // no edge of a band
}

function newPath(chart: uPlot, { at, values }: ChartLine, begin: number, end: number): Path2D {
  const pen = new Pen(chart.bbox);
  const xs = chart.data[0];
  const [toX, toY] = [pixels(chart, 'x'), pixels(chart, 'y')];
  let column = Number.NaN;
  let [first, low, high, last] = [0, 0, 0, 0];
  const draw = (): void => {
    if (Number.isNaN(column)) return;
    pen.to(column, first);
    if (low !== high) {
      pen.to(column, low);
      pen.to(column, high);
    }
    if (last !== (low === high ? first : high)) pen.to(column, last);
  };
  for (let k = begin; k < end; k++) {
    const place = at[k] ?? 0; // the part lies within
    const value = values[place];
    if (value == null) {
      draw();
      pen.lift();
      column = Number.NaN;
      continue;
    }
    const [x, y] = [toX(xs[place] ?? Number.NaN), toY(value)];
    if (x === column) {
      low = Math.min(low, y);
      high = Math.max(high, y);
    } else {
      draw();
      column = x;
      first = low = high = y;
    }
    last = y;
  }
  draw();
  return pen.path;
}

/**
 * Draws lines as far as a plot's width and height beyond the plot. A chart zoomed in far has neighbours a million pixels away, and a canvas
 * places every dash on the way there: a tenth of a second for three charts.
 */
class Pen {
  readonly path = new Path2D();
  readonly #least: readonly [number, number];
  readonly #most: readonly [number, number];
  /** Where it was led last; null before the first point and after a gap. */
  #from: readonly [number, number] | null = null;
  /** Whether the path ends where it was led last. */
  #isDown = false;

  constructor({ left, top, width, height }: uPlot.BBox) {
    this.#least = [left - width, top - height];
    this.#most = [left + 2 * width, top + 2 * height];
  }

  lift(): void {
    this.#from = null;
    this.#isDown = false;
  }

  /** A line from where it was led last. */
  to(x: number, y: number): void {
    const from = this.#from;
    this.#from = [x, y];
    if (from === null) {
      if (this.#isWithin(x, y)) this.#down(x, y);
      return;
    }
    if (this.#isDown && this.#isWithin(x, y)) {
      this.path.lineTo(x, y);
      return;
    }
    const part = this.#partOf(from, [x, y]);
    if (part !== null) {
      const [a, b] = part.map((share) => from.map((start, i) => start + share * ((i === 0 ? x : y) - start)));
      if (!this.#isDown && a !== undefined) this.#down(a[0] ?? 0, a[1] ?? 0);
      if (b !== undefined) this.path.lineTo(b[0] ?? 0, b[1] ?? 0);
    }
    this.#isDown = part !== null && part[1] === 1;
  }

  #down(x: number, y: number): void {
    this.path.moveTo(x, y);
    this.#isDown = true;
  }

  #isWithin(x: number, y: number): boolean {
    return x >= this.#least[0] && x <= this.#most[0] && y >= this.#least[1] && y <= this.#most[1];
  }

  /** The part of a line that lies within, as shares of its way (Liang and Barsky's clipping); null where none does. */
  #partOf(from: readonly [number, number], to: readonly [number, number]): readonly [number, number] | null {
    let [enter, leave] = [0, 1];
    for (const i of [0, 1] as const) {
      const way = to[i] - from[i];
      const [a, b] = [(this.#least[i] - from[i]) / way, (this.#most[i] - from[i]) / way];
      if (way === 0 && (from[i] < this.#least[i] || from[i] > this.#most[i])) return null;
      if (way === 0) continue;
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    }
    return enter <= leave ? [enter, leave] : null;
  }
}

/** From a value to its pixel on the canvas, as it stands now. */
function pixels(chart: uPlot, key: 'x' | 'y'): (value: number) => number {
  const { min, max, distr } = present(chart.scales[key], `scale ${key}`);
  if (distr === 3) return (value) => Math.round(chart.valToPos(value, key, true));
  const { left, top, width, height } = chart.bbox;
  const [offset, size] = key === 'x' ? [left, width] : [top + height, -height];
  const from = min ?? 0;
  const scale = size / ((max ?? from) - from);
  return (value) => Math.round(offset + (value - from) * scale);
}
