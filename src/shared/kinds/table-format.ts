/**
 * File formats of tables: which tables each can hold, its ending, whether it is text. What writes them lies in main/store/table, in tables
 * typed by these names.
 */
import type { Kind } from './kind.ts';

/** The tables that can be saved: a study's results, its training metrics, the published figures. */
export type SavedTable = 'results' | 'metrics' | 'published';

/** A format of tables. */
export interface TableFormatKind extends Kind {
  readonly ending: string;
  /** False: bytes, which no clipboard and no terminal takes as text. */
  readonly isText: boolean;
  readonly holds: readonly SavedTable[];
}

/** Every format, in the order of menus. The first one with an ending is the one that the ending stands for. */
export const TABLE_FORMATS = {
  csv: { title: 'CSV', ending: 'csv', isText: true, holds: ['results', 'metrics', 'published'] },
  markdown: { title: 'Markdown', ending: 'md', isText: true, holds: ['results', 'metrics', 'published'] },
  latex: { title: 'LaTeX', ending: 'tex', isText: true, holds: ['results', 'metrics', 'published'] },
  'latex-document': { title: 'LaTeX document', ending: 'tex', isText: true, holds: ['results'] },
  xlsx: { title: 'XLSX', ending: 'xlsx', isText: false, holds: ['results', 'published'] },
  json: { title: 'JSON', ending: 'json', isText: true, holds: ['results', 'metrics'] },
} as const satisfies Record<string, TableFormatKind>;

type Formats = typeof TABLE_FORMATS;

/** A format that a table can be saved in. */
export type FormatOf<T extends SavedTable> = {
  [F in keyof Formats]: T extends Formats[F]['holds'][number] ? F : never;
}[keyof Formats];

/** A format with its name. */
export interface NamedFormat<T extends SavedTable> extends TableFormatKind {
  readonly format: FormatOf<T>;
}

/** The formats of a table with their names, in order. */
export function formatsOf<T extends SavedTable>(table: T): readonly NamedFormat<T>[] {
  return Object.entries<TableFormatKind>(TABLE_FORMATS)
    .filter(([, { holds }]) => holds.includes(table))
    .map(([format, kind]) => ({ ...kind, format: format as FormatOf<T> }));
}

/** The names of a table's formats, as zod's enum and commander's choices take them. */
export function formatNames<T extends SavedTable>(table: T): [FormatOf<T>, ...FormatOf<T>[]] {
  return formatsOf(table).map(({ format }) => format) as [FormatOf<T>, ...FormatOf<T>[]];
}
