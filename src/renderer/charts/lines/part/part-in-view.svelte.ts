/** The part of x that charts of the same `sync` show: kept here and not in a chart, since charts far from the screen are taken away. */
import type { XAxis } from '../scales.ts';

export type Range = readonly [number, number];

/** A part of x, shared by charts; ends when the axis is another. */
export class PartInView {
  #shown = $state.raw<{ readonly axis: XAxis; readonly range: Range } | null>(null);

  /** The part along this axis, or null for all. */
  along(axis: XAxis): Range | null {
    return this.#shown?.axis === axis ? this.#shown.range : null;
  }

  show(axis: XAxis, range: Range): void {
    this.#shown = { axis, range };
  }

  showAll(): void {
    this.#shown = null;
  }
}

const parts = new Map<string, { holders: number; readonly part: PartInView }>();

/** All charts show all of x again. */
export function showAll(): void {
  for (const { part } of parts.values()) part.showAll();
}

/** What charts of the same `sync` share, kept until the last of them lets go. */
export function holdPart(sync: string): { readonly part: PartInView; readonly release: () => void } {
  const entry = parts.get(sync) ?? { holders: 0, part: new PartInView() };
  entry.holders++;
  parts.set(sync, entry);
  const release = () => {
    if (--entry.holders === 0) parts.delete(sync);
  };
  return { part: entry.part, release };
}
