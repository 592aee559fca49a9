/** Files that the page gives to save (tables, figures, archives): a native dialog asks where, in the folder that was chosen the last time. */
import { dirname, extname } from 'node:path';
import { app, session } from 'electron';
import { entryOf, fileNameOf } from '../model/io/path-names.ts';

let folder: string | undefined;

/** Asks for each download from now on. Call once, when the app is ready. */
export function askWhereToSave(): void {
  session.defaultSession.on('will-download', (_event, item) => {
    const name = item.getFilename();
    const ending = extname(name).slice(1);
    item.setSaveDialogOptions({
      title: `Save ${name}`,
      defaultPath: entryOf(folder ?? app.getPath('documents'), fileNameOf(name)),
      ...(ending !== '' && { filters: [{ name: ending.toUpperCase(), extensions: [ending] }] }),
    });
    item.once('done', (_done, state) => {
      if (state === 'completed') folder = dirname(item.getSavePath());
    });
  });
}
