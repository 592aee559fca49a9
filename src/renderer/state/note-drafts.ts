/** Notes that were typed and not saved yet, kept for this window: another study may be looked at meanwhile, the page loaded anew. */
export interface NoteDraft {
  readonly notes: string;
  /** Tags as typed, joined by commas. */
  readonly words: string;
}

const keyOf = (owner: string) => `sophia-draft-${owner}`;

/** What was typed for a study or run, or null. */
export function noteDraft(owner: string): NoteDraft | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(owner)) ?? 'null') as NoteDraft | null;
  } catch {
    return null;
  }
}

/** Keeps what is typed; null forgets it. */
export function keepNoteDraft(owner: string, draft: NoteDraft | null): void {
  if (draft === null) sessionStorage.removeItem(keyOf(owner));
  else sessionStorage.setItem(keyOf(owner), JSON.stringify(draft));
}
