/** The part of x that charts of the same `sync` show, for charts that are made while others are zoomed already; kept as long as one holds it. */

type Range = readonly [number, number] | null;

const parts = new Map<string, { holders: number; range: Range }>();

/** Keeps the part of these charts until the returned function is called. */
export function holdPart(sync: string | undefined): () => void {
  if (sync === undefined) return () => undefined;
  const part = parts.get(sync) ?? { holders: 0, range: null };
  part.holders++;
  parts.set(sync, part);
  return () => {
    if (--part.holders === 0) parts.delete(sync);
  };
}

/** What they show; null for all. */
export function partInView(sync: string | undefined): Range {
  return parts.get(sync ?? '')?.range ?? null;
}

/** They show another part from now on. */
export function showPart(sync: string | undefined, range: Range): void {
  const part = parts.get(sync ?? '');
  if (part !== undefined) part.range = range;
}
