/**
 * A view of a study's runs: which columns, in which order, which runs, how grouped, and the charts beside the table. It is saved under a name
 * (store/views), and the page's address holds one too.
 */
import { z } from 'zod';
import { LIMITS } from '../values/limits.ts';
import { quoted } from './filter/words.ts';

/** How much a view may hold: it may come from somebody else's archive. `further`: columns that are read beside the shown ones. */
export const VIEW_LIMITS = {
  ...{
    name: 60,
    views: 100,
    columns: 60,
    further: 150,
    filter: 2000,
    wholeFilter: 20_000,
    charts: 24,
    panels: 12,
    brushes: 30,
  },
} as const;

/** The id of a column, which a study need not have. */
export const columnId = z
  .string()
  .min(1)
  .max(LIMITS.metricName + 10);
/** Ids, each once: lists of the page are keyed by them. */
const ids = (most: number) =>
  z
    .array(columnId)
    .max(most)
    .refine((list) => new Set(list).size === list.length, 'a column is named twice');
const end = z.number().nullable();

/** What a view must be. */
export const viewShape = z.strictObject({
  /** Ids of columns in their order; null: the study's usual ones. */
  columns: ids(VIEW_LIMITS.columns).nullable(),
  /** A column's id, "-" before it for the largest first; empty: by variant and seed. */
  sort: columnId.or(z.literal('')),
  filter: z.string().max(VIEW_LIMITS.filter),
  /** The column whose values make the groups; empty: none. */
  group: columnId.or(z.literal('')),
  /** Metrics whose curves are pinned. */
  charts: ids(VIEW_LIMITS.charts),
  /** Runs as points: which column lies along which axis. */
  panels: z.array(z.strictObject({ x: columnId, y: columnId })).max(VIEW_LIMITS.panels),
  /** The column that the sweep is about; empty: it is not shown. */
  sweep: columnId.or(z.literal('')),
  /** Parts of the sweep's axes that runs must lie in. */
  brushes: z
    .array(z.strictObject({ column: columnId, low: end, high: end }))
    .max(VIEW_LIMITS.brushes)
    .refine((all) => new Set(all.map(({ column }) => column)).size === all.length, 'a column is named twice'),
});

/** A view. */
export type RunView = z.infer<typeof viewShape>;

/** What a study shows where no view is chosen. */
export const USUAL_VIEW: RunView = {
  ...{ columns: null, sort: '', filter: '', group: '', charts: [], panels: [], sweep: '', brushes: [] },
};

/** A view's filter and brushes as one filter. */
export function wholeFilter({ filter, brushes }: Pick<RunView, 'filter' | 'brushes'>): string {
  const terms = brushes.flatMap(({ column, low, high }) => [
    ...(low === null ? [] : [`${quoted(column)} >= ${low}`]),
    ...(high === null ? [] : [`${quoted(column)} <= ${high}`]),
  ]);
  return [...(filter.trim() === '' || terms.length === 0 ? [filter] : [`(${filter})`]), ...terms]
    .filter((term) => term.trim() !== '')
    .join(' and ');
}
