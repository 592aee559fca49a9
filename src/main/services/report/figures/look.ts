/** How figures are drawn: by variables of the report's style sheet, which knows both themes, or by fixed colours where a figure is a file. */
import { SERIES_COLOURS, SERIES_DASHES, seriesPlace } from '../../../../shared/app/series-look.ts';
import { entryAt } from '../../../../shared/values/list.ts';

/** Colours of a figure, as CSS values. */
export interface Look {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  /** What it stands on, for halos of texts upon marks. */
  readonly ground: string;
  readonly series: (index: number) => string;
  /** Written into the figure: without a page around it, it must say them itself. */
  readonly font: string | null;
}

/** Within the report. */
export const REPORT_LOOK: Look = {
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  ground: 'var(--ground)',
  series: (index) => `var(--s${seriesPlace(index).colour})`,
  font: null,
};

/** As a file of its own, on white. */
export const FILE_LOOK: Look = {
  ink: '#17202b',
  faint: '#5c6778',
  line: '#c3cad3',
  ground: '#ffffff',
  series: (index) => entryAt(SERIES_COLOURS, seriesPlace(index).colour, 'colour').light,
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
};

/** The dash of a series: neighbours differ by it where colours are not printed, and a colour comes again with another. */
export function dashOf(index: number): string {
  const { colour, round } = seriesPlace(index);
  return entryAt(SERIES_DASHES, (colour + round) % SERIES_DASHES.length, 'dash');
}
