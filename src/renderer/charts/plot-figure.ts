/**
 * Statistics plots and figures for print by Observable Plot. Its own style element is taken out again: the content policy allows no
 * inline styles, and base.css has what it says. Colours are given as values, so that a saved figure stands by itself.
 */

import * as Plot from '@observablehq/plot';
import { present } from '../../shared/values/list.ts';
import { symbolParts } from '../text/symbols.ts';

/** Colours of a drawing: of the theme on screen, or of the light one for print. */
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  /** Few to many, by lightness. */
  readonly heat: readonly string[];
  /** Below 0, 0 in the middle, above 0. */
  readonly split: readonly string[];
  series(token: string): string;
}

/** Values of the colour tokens now, or (`print`) as they are in the light theme. */
export function palette(print = false): Palette {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  if (print) root.dataset.theme = 'light'; // put back before anything is painted
  try {
    const style = getComputedStyle(root);
    const value = (token: string) => style.getPropertyValue(token).trim();
    const known = new Map<string, string>();
    for (let i = 0; i < 8; i++) known.set(`var(--series-${i})`, value(`--series-${i}`));
    return {
      ink: value('--ink'),
      faint: value('--ink-3'),
      line: value('--line-strong'),
      surface: value('--surface'),
      heat: [0, 1, 2, 3].map((i) => value(`--heat-${i}`)),
      split: [0, 1, 2, 3, 4].map((i) => value(`--split-${i}`)),
      series: (token) => known.get(token) ?? token,
    };
  } finally {
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
  }
}

/** Draws; the result has a width and height and needs nothing from the page. */
export function drawPlot(options: Plot.PlotOptions, colours: Palette): SVGSVGElement {
  const { style, ...rest } = options;
  const figure = Plot.plot({
    ...rest,
    style: {
      background: 'transparent',
      color: colours.ink,
      fontFamily: 'system-ui, sans-serif',
      fontSize: '12px',
      ...(style as object),
    },
  });
  const svg = present(figure instanceof SVGSVGElement ? figure : figure.querySelector('svg'), 'figure');
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label'); // a group has no role that may be named
  svg.classList.add('plot');
  for (const text of svg.querySelectorAll('text')) lowerMarks(text);
  return svg;
}

/** "μ_c" in a drawing's texts with its c below the line: `dy`, which every reader of SVG files knows, and back again. */
function lowerMarks(text: SVGTextElement): void {
  const parts = symbolParts(text.textContent ?? '');
  if (text.childElementCount > 0 || parts.every(({ below }) => below === '')) return;
  const span = (said: string, dy: string, size: string | null): Node => {
    const part = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
    part.textContent = said;
    part.setAttribute('dy', dy);
    if (size !== null) part.setAttribute('font-size', size);
    return part;
  };
  let isLow = false;
  text.replaceChildren(
    ...parts.flatMap((part) => {
      const own = span(part.text, isLow ? '-0.25em' : '0', null);
      isLow = part.below !== '';
      return isLow ? [own, span(part.below, '0.25em', '75%')] : [own];
    }),
  );
}

export { Plot };
