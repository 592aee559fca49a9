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
