/** How curves are looked at, the same for all charts and remembered: smoothing, band, axes, outliers. */
import type { ChartView } from '../../charts/lines/curve-commands.ts';
import { preference } from '../preferences.svelte.ts';

const PLAIN: ChartView = {
  smoothing: 0.6,
  band: 'auto',
  axis: 'step',
  log: false,
  logX: false,
  withoutOutliers: false,
};
const kept = preference<Partial<ChartView>>('chart-view', {});

export const chartView = {
  get current(): ChartView {
    return { ...PLAIN, ...kept.value };
  },
  set(change: Partial<ChartView>): void {
    kept.value = { ...kept.value, ...change };
  },
};
