/** What can be done with a results table, as plain data: the menus and the command palette are made from it. */
import { PAGE_KEYS } from '../../shared/app/actions.ts';
import { formatsOf, type NamedFormat } from '../../shared/kinds/table-format.ts';

/** A format of the results table. */
export type TableFormat = NamedFormat<'results'>;

/** Keys that copy the table at once. */
const COPY_KEYS: Partial<Record<TableFormat['format'], string>> = {
  markdown: PAGE_KEYS.copyMarkdown,
  latex: PAGE_KEYS.copyLatex,
};

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
  const formats = formatsOf('results');
  return [
    ...formats
      .filter((format) => format.isText)
      .map((format) => ({
        id: `copy-${format.format}`,
        title: `Copy the table as ${format.title}`,
        keys: COPY_KEYS[format.format],
        what: { kind: 'copy' as const, format },
      })),
    ...formats.map((format) => ({
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
