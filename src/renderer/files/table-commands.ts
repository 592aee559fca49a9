/** What can be done with a results table, as plain data: the menus and the command palette are made from it. */
import { PAGE_KEYS } from '../../shared/app/actions.ts';

/** A format that the engine makes tables in. */
export interface TableFormat {
  readonly format: 'csv' | 'markdown' | 'latex' | 'xlsx' | 'json';
  readonly title: string;
  readonly ending: string;
  /** False: bytes, which no clipboard takes as text. */
  readonly isText: boolean;
  readonly copyKey?: string;
}

/** All formats, in the menus' order. */
export const TABLE_FORMATS: readonly TableFormat[] = [
  { format: 'csv', title: 'CSV', ending: 'csv', isText: true },
  { format: 'markdown', title: 'Markdown', ending: 'md', isText: true, copyKey: PAGE_KEYS.copyMarkdown },
  { format: 'latex', title: 'LaTeX', ending: 'tex', isText: true, copyKey: PAGE_KEYS.copyLatex },
  { format: 'xlsx', title: 'XLSX', ending: 'xlsx', isText: false },
  { format: 'json', title: 'JSON', ending: 'json', isText: true },
];

/** One thing to do, with its words and key. */
export interface TableCommand {
  readonly id: string;
  readonly title: string;
  readonly keys?: string | undefined;
  readonly what:
    | { readonly kind: 'copy' | 'save'; readonly format: TableFormat }
    | { readonly kind: 'spread'; readonly to: 'std' | 'interval' };
}

/** Everything that can be done with a table that shows this spread. */
export function tableCommands(spread: 'std' | 'interval'): TableCommand[] {
  const to = spread === 'std' ? 'interval' : 'std';
  return [
    ...TABLE_FORMATS.filter((format) => format.isText).map((format) => ({
      id: `copy-${format.format}`,
      title: `Copy the table as ${format.title}`,
      keys: format.copyKey,
      what: { kind: 'copy' as const, format },
    })),
    ...TABLE_FORMATS.map((format) => ({
      id: `save-${format.format}`,
      title: `Save the table as ${format.title}`,
      what: { kind: 'save' as const, format },
    })),
    {
      id: `spread-${to}`,
      title: `± shows the ${to === 'interval' ? '95 % interval of the mean' : 'standard deviation'}`,
      keys: PAGE_KEYS.spread,
      what: { kind: 'spread', to },
    },
  ];
}
