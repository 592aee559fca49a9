/** What a reader shows, as part of an address: run, step, group of the step and sample, so that it can be opened again and sent to others. */

/** One response's place. `group`: which question of the step, from 0. */
export interface ReadPlace {
  readonly runId: number;
  readonly step: number;
  readonly group: number;
  readonly sample: number;
}

/** "3/120/0/5" of run 3, step 120, first question, sixth sample. */
export const readText = ({ runId, step, group, sample }: ReadPlace): string => [runId, step, group, sample].join('/');

/** The place that a text names; null where it names none. */
export function readPlace(text: string | undefined): ReadPlace | null {
  const found = /^(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(text ?? '');
  if (found === null) return null;
  const [runId = 0, step = 0, group = 0, sample = 0] = found.slice(1).map(Number);
  return { runId, step, group, sample };
}
