/** How series are told apart where no style sheet of the page reaches: in reports and figures. The page's own are in styles/tokens.css; a test holds them alike. */

/** Colours of series in order, on a light and on a dark ground. */
export const SERIES_COLOURS = [
  { light: '#0067a5', dark: '#5aaef0' },
  { light: '#c9510c', dark: '#ff8c4d' },
  { light: '#00805c', dark: '#3fcf9f' },
  { light: '#b8538f', dark: '#ea94c8' },
  { light: '#a87400', dark: '#f0c14b' },
  { light: '#2f8fc7', dark: '#97d3fb' },
  { light: '#6a4bbf', dark: '#b39dff' },
  { light: '#5d6874', dark: '#a9b4c0' },
] as const;

/** Dashes that go with the colours, so that print in grey tells neighbours apart. */
export const SERIES_DASHES = ['', '6 3', '2 2.5', '9 3 2 3'] as const;
