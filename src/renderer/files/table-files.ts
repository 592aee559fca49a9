/** A results table as a file: the formats, copying, saving; and what the palette offers on the page of tables. */
import { api, type Inputs } from '../api/client.ts';
import type { Action } from '../state/actions.svelte.ts';
import { attempt, toasts } from '../state/toasts.svelte.ts';
import { saveFile } from './save-file.ts';
import { type TableFormat, tableCommands } from './table-commands.ts';

/** Which table, under which name, made with which options. */
export interface TableFile {
  readonly id: number;
  readonly name: string;
  readonly options: NonNullable<Inputs['tables']['file']['options']>;
}

/** Puts the table's text on the clipboard. */
export function copyTable({ id, options }: TableFile, { format, title }: TableFormat): Promise<boolean> {
  return attempt(async () => {
    const { text } = await api.tables.file.query({ id, format, options });
    await navigator.clipboard.writeText(text ?? '');
    toasts.done(`Copied as ${title}`);
  });
}

/** Gives the table to the browser to save. */
export function saveTable({ id, name, options }: TableFile, { format, ending }: TableFormat): Promise<boolean> {
  return attempt(async () => saveFile(`${name}.${ending}`, await api.tables.file.query({ id, format, options })));
}

/** Actions of the page of tables. */
export function tableActions(
  file: TableFile,
  spread: 'std' | 'interval',
  setSpread: (spread: 'std' | 'interval') => void,
): Action[] {
  return tableCommands(spread).map(({ what, ...command }) => ({
    ...command,
    run: () => {
      if (what.kind === 'spread') return setSpread(what.to);
      return what.kind === 'copy' ? copyTable(file, what.format) : saveTable(file, what.format);
    },
  }));
}
