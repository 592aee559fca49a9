/**
 * The path of a curve on its canvas. A chart of a hundred runs has a hundred curves over the places of all of them, at most of which a curve
 * has no point: only its own are walked. Of many points on one column of pixels those that show are drawn: the first, the lowest, the
 * highest and the last. Knows nothing of bands; uPlot's own path is theirs.
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
  const path = new Path2D();
  const xs = chart.data[0];
  const [toX, toY] = [pixels(chart, 'x'), pixels(chart, 'y')];
  let column = Number.NaN;
  let [first, low, high, last] = [0, 0, 0, 0];
  let isDown = false; // whether the pen is: false at the start and after a gap
  const draw = (): void => {
    if (Number.isNaN(column)) return;
    if (isDown) path.lineTo(column, first);
    else path.moveTo(column, first);
    isDown = true;
    if (low !== high) {
      path.lineTo(column, low);
      path.lineTo(column, high);
    }
    if (last !== (low === high ? first : high)) path.lineTo(column, last);
  };
  for (let k = begin; k < end; k++) {
    const place = at[k] ?? 0; // the part lies within
    const value = values[place];
    if (value == null) {
      draw();
      isDown = false;
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
  return path;
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
