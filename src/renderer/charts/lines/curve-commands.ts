/** What the palette offers where curves are compared: band, x axis, smoothing, logarithmic axes, outliers, zoom. What is so already is not offered. */
import { PAGE_KEYS } from '../../../shared/app/actions.ts';
import { BAND_CHOICES, type BandChoice } from '../../../shared/values/curves.ts';
import { X_AXES, type XAxis } from './scales.ts';

/** How curves are looked at, the same for all charts. */
export interface ChartView {
  smoothing: number;
  band: BandChoice;
  axis: XAxis;
  log: boolean;
  logX: boolean;
  withoutOutliers: boolean;
}

const STEP = 0.1;
/** The range of the slider. */
export const MOST_SMOOTHING = 0.95;

/** One thing to do: a change of the view, or all of x again. */
export interface CurveCommand {
  readonly id: string;
  readonly title: string;
  readonly keys?: string | undefined;
  readonly change: Partial<ChartView> | 'show all';
}

/** Everything that can be changed about this view. */
export function curveCommands(view: ChartView): CurveCommand[] {
  const more = rounded(Math.min(MOST_SMOOTHING, view.smoothing + STEP));
  const less = rounded(Math.max(0, view.smoothing - STEP));
  const smoothing = (to: number, words: string): CurveCommand[] =>
    to === view.smoothing
      ? []
      : [{ id: `smoothing-${words}`, title: `Smoothing: ${words}, ${to.toFixed(2)}`, change: { smoothing: to } }];
  return [
    ...BAND_CHOICES.filter((band) => band !== view.band).map((band) => ({
      id: `band-${band}`,
      title: `Band over seeds: ${band}`,
      change: { band },
    })),
    ...X_AXES.filter((axis) => axis !== view.axis).map((axis) => ({
      id: `axis-${axis}`,
      title: `X axis: ${axis}`,
      change: { axis },
    })),
    ...smoothing(more, 'more'),
    ...(less === 0 ? [] : smoothing(less, 'less')),
    ...smoothing(0, 'none'),
    {
      id: 'log-y',
      title: view.log ? 'Linear y axis' : 'Logarithmic y axis',
      keys: PAGE_KEYS.logY,
      change: { log: !view.log },
    },
    {
      id: 'log-x',
      title: view.logX ? 'Linear x axis' : 'Logarithmic x axis',
      keys: PAGE_KEYS.logX,
      change: { logX: !view.logX },
    },
    {
      id: 'outliers',
      title: view.withoutOutliers ? 'Show outliers on the y axis' : 'Ignore outliers on the y axis',
      change: { withoutOutliers: !view.withoutOutliers },
    },
    { id: 'show-all', title: 'Reset the zoom', keys: PAGE_KEYS.showAll, change: 'show all' },
  ];
}

/** Steps of a tenth stay what they look like. */
const rounded = (value: number) => Math.round(value * 100) / 100;
