/** Notes that were typed and not saved yet, kept for this window: another study may be looked at meanwhile, the page loaded anew. */
import { readKept, writeKept } from './preferences.svelte.ts';

export interface NoteDraft {
  readonly notes: string;
  /** Tags as typed, joined by commas. */
  readonly words: string;
}

const nameOf = (owner: string) => `draft-${owner}`;

/** What was typed for a study or run, or null. */
export function noteDraft(owner: string): NoteDraft | null {
  return readKept<NoteDraft | null>(sessionStorage, nameOf(owner), null);
}

/** Keeps what is typed; null forgets it. */
export function keepNoteDraft(owner: string, draft: NoteDraft | null): void {
  writeKept(sessionStorage, nameOf(owner), draft);
}
