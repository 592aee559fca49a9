/** Imports an archive or a log, or empties the trash, to be killed in the middle: `node at-work.ts import HOME FILE`, `log HOME FILE`, `trash HOME`. */
import { emptyTrash } from '../../../src/main/services/runs/trash.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { openStore } from '../../../src/main/store/store.ts';

const [work, home = '', file = ''] = process.argv.slice(2);
const store = openStore(home);
if (work === 'import') await importArchive(store, file);
else if (work === 'log') await importLog(store, file, 'trl');
else
  await emptyTrash({ store, engine: { status: () => ({ running: [], waiting: [] }) as never, spaceFreed: () => {} } });
process.exit(0);
