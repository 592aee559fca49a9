/** Kinds of changes between two answers to a question, as they are shown. */

/** In the order of the page. */
export const SHOWN_CHANGES = [
  { value: 'gained', text: 'wrong → right' },
  { value: 'lost', text: 'right → wrong' },
  { value: 'reworded', text: 'in other words' },
  { value: 'all', text: 'all' },
] as const;
/** One of them. */
export type ChangeKind = (typeof SHOWN_CHANGES)[number]['value'];

/** How many questions are shown at first, and how many more at a time. */
export const PAIRS_PAGE = 20;

/** What an address chose, else the first kind of change that there is. */
export function shownKind(
  chosen: string | undefined,
  counts: { readonly gained: number; readonly lost: number; readonly reworded: number } | undefined,
): ChangeKind {
  const known = SHOWN_CHANGES.find(({ value }) => value === chosen)?.value;
  if (known !== undefined) return known;
  if (counts === undefined || counts.gained > 0) return 'gained';
  return counts.lost > 0 ? 'lost' : counts.reworded > 0 ? 'reworded' : 'all';
}
