/** How series are told apart where no style sheet of the page reaches: in reports and figures. The page's own are in styles/tokens.css; a test holds them alike. */

/** Colours of series in order, on a light and on a dark ground. */
export const SERIES_COLOURS = [
  { light: '#5d92de', dark: '#91e9ff' },
  { light: '#d86710', dark: '#fba502' },
  { light: '#629c7a', dark: '#c3fcbf' },
  { light: '#8d597b', dark: '#d794a9' },
  { light: '#6f450a', dark: '#d0340b' },
  { light: '#1c2a53', dark: '#0a779a' },
  { light: '#5b01fe', dark: '#9e8bff' },
  { light: '#203025', dark: '#796c65' },
] as const;

/** Dashes that go with the colours, so that print in grey tells neighbours apart. */
export const SERIES_DASHES = ['', '7 3', '2 2.5', '9 3 2 3'] as const;

/**
 * Which colour a series of this place has, and how often the colour was given before. The first colour, as a rule the baseline's, is given once:
 * of ten variants none looks like the one that all are compared with.
 */
export function seriesPlace(index: number): { readonly colour: number; readonly round: number } {
  const all = SERIES_COLOURS.length;
  if (index < all) return { colour: index, round: 0 };
  return { colour: 1 + ((index - all) % (all - 1)), round: 1 + Math.floor((index - all) / (all - 1)) };
}
