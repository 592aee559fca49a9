/**
 * What can be done from anywhere, declared once: pages of the navigation and actions with their keys. The command palette, the sheet of
 * shortcuts and the window's native menu are made from these lists. Deliberately absent: how each is done.
 */

/** A page of the navigation; `key` is the letter after `g`. */
export interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly key: string;
}

/** The pages, in the navigation's order. */
export const PAGES = [
  { path: 'studies', title: 'Studies', key: 's' },
  { path: 'new', title: 'New study', key: 'n' },
  { path: 'compare', title: 'Compare', key: 'c' },
  { path: 'rollouts', title: 'Rollouts', key: 'r' },
  { path: 'what-if', title: 'What if', key: 'w' },
  { path: 'tables', title: 'Tables', key: 't' },
  { path: 'trm', title: 'TRM', key: 'k' },
  { path: 'library', title: 'Models & data', key: 'm' },
  { path: 'settings', title: 'Settings', key: ',' },
] as const satisfies readonly PageEntry[];

/** Actions that every page has; `keys` is one key without modifiers, `accelerator` the menu's (Electron's spelling). */
export const ACTIONS = [
  { id: 'new-study', title: 'New study', keys: 'n', accelerator: 'CmdOrCtrl+N' },
  { id: 'open-study-file', title: 'Open a study file…', keys: 'o', accelerator: 'CmdOrCtrl+O' },
  { id: 'import-archive', title: 'Import an archive of a study…', keys: 'i', accelerator: 'CmdOrCtrl+I' },
  { id: 'verify-archive', title: 'Verify an archive…', keys: 'v' },
  { id: 'import-model', title: 'Import a model…' },
  { id: 'import-data', title: 'Import data…' },
  { id: 'theme', title: 'Dark or light', keys: 't' },
  { id: 'palette', title: 'Command palette', accelerator: 'CmdOrCtrl+K' },
  { id: 'shortcuts', title: 'Keyboard shortcuts', keys: '?' },
] as const satisfies readonly {
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  readonly accelerator?: string;
}[];

/** The id of one of them. */
export type ActionId = (typeof ACTIONS)[number]['id'];

/** Keys of what a page can do with the study, run, table or curves that it shows. */
export const PAGE_KEYS = {
  stop: 'S',
  resume: 'R',
  rename: 'N',
  compare: 'C',
  rollouts: 'L',
  table: 'T',
  export: 'E',
  copyMarkdown: 'M',
  copyLatex: 'X',
  spread: 'I',
  logY: 'Y',
  logX: 'X',
  showAll: '0',
} as const;
