/**
 * A view in the page's address: what differs from the saved one (or the usual one) that it begins with, so that a link shows the same rows and
 * charts to whoever opens it.
 */
import { type RunView, viewShape } from '../../../shared/run-table/view.ts';

type Query = Readonly<Record<string, string | undefined>>;

/** Stands for an empty value, which an address leaves out. */
const EMPTY = '~';
const escaped = (text: string): string => text.replace(/[%,|~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
const unescaped = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
const listText = (list: readonly string[]): string => list.map(escaped).join(',');
const listOf = (text: string): string[] => text.split(',').map(unescaped);
const tuples = (text: string): string[][] => text.split(',').map((one) => one.split('|').map(unescaped));
const tupleText = (list: readonly (readonly string[])[]): string =>
  list.map((one) => one.map(escaped).join('|')).join(',');
const end = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));

interface Part<T> {
  write(value: T): string;
  read(text: string): unknown;
}
/** How each part of a view is written and read. */
const PARTS: { readonly [K in keyof RunView]: Part<RunView[K]> } = {
  columns: { write: (ids) => listText(ids ?? []), read: (text) => (text === '' ? null : listOf(text)) },
  sort: { write: String, read: String },
  filter: { write: String, read: String },
  group: { write: String, read: String },
  charts: { write: listText, read: (text) => (text === '' ? [] : listOf(text)) },
  panels: {
    write: (panels) => tupleText(panels.map(({ x, y }) => [x, y])),
    read: (text) => (text === '' ? [] : tuples(text).map(([x, y]) => ({ x, y }))),
  },
  sweep: { write: String, read: String },
  brushes: {
    write: (all) => tupleText(all.map(({ column, low, high }) => [column, String(low ?? ''), String(high ?? '')])),
    read: (text) =>
      text === '' ? [] : tuples(text).map(([column, low, high]) => ({ column, low: end(low), high: end(high) })),
  },
};
const NAMES = Object.keys(PARTS) as (keyof RunView)[];

/** A part of a view as a text. */
function written<K extends keyof RunView>(view: RunView, part: K): string {
  const { write }: Part<RunView[K]> = PARTS[part];
  return write(view[part]);
}

/** The view of an address that begins with `base`; what is no view of it is left out. */
export function viewOfQuery(base: RunView, query: Query): RunView {
  let view = base;
  for (const part of NAMES) {
    const text = query[part];
    if (text === undefined) continue;
    const read = viewShape.safeParse({ ...view, [part]: PARTS[part].read(text === EMPTY ? '' : text) });
    if (read.success) view = read.data;
  }
  return view;
}

/** What an address says of a view that begins with `base`; undefined: nothing. */
export function queryOfView(view: RunView, base: RunView): Record<string, string | undefined> {
  return Object.fromEntries(
    NAMES.map((part) => {
      const text = written(view, part);
      return [part, text === written(base, part) ? undefined : text === '' ? EMPTY : text];
    }),
  );
}
