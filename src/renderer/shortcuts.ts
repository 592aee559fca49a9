/** Keys that work on every page; pages are reached by `g` and their letter (sections.ts). */
export const SHORTCUTS = [
  { keys: 'Ctrl K', text: 'Command palette' },
  { keys: '?', text: 'This sheet' },
  { keys: 't', text: 'Dark or light' },
  { keys: 'Esc', text: 'Close what is open' },
] as const;
