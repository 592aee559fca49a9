/** The legend of a figure for print: names at the upper right, one under the other, above the frame. On screen the page names the series. */
import type { Markish } from '@observablehq/plot';

type Marks = typeof import('@observablehq/plot');

/** Pixels of one line of a legend: what a figure leaves above its frame for each series. */
export const LEGEND_ROW = 16;

/** A line without an arrow's head. */
const STROKE = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, length: number): void {
    context.moveTo(0, 0);
    context.lineTo(0, -length);
  },
};

/** Marks of the legend; colours are values, not tokens. */
export function plotLegend(
  plot: Marks,
  series: readonly {
    readonly label: string;
    readonly colour: string;
    /** A line's dash and weight; without one the series is a dot. */
    readonly dash?: readonly number[];
    readonly isBold?: boolean;
  }[],
): Markish[] {
  return series.flatMap(({ label, colour, dash, isBold }, row) => {
    const up = (series.length - row) * LEGEND_ROW;
    const at = { facet: 'super', frameAnchor: 'top-right' } as const;
    return [
      plot.text([label], {
        ...{ ...at, dy: -18 - up, dx: dash === undefined ? -18 : -38, text: (text: string) => text, textAnchor: 'end' },
      }),
      dash === undefined
        ? plot.dot([label], { ...at, dy: -14 - up, dx: -6, r: 4, fill: colour })
        : plot.vector([label], {
            ...{ ...at, dy: -14 - up, dx: -30, length: 28, rotate: 90, anchor: 'start', shape: STROKE, stroke: colour },
            ...{ strokeWidth: isBold ? 2.75 : 1.5, strokeDasharray: dash.join(' ') },
          }),
    ];
  });
}
