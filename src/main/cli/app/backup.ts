/** `sophia backup make|list|restore`: copies of the home's database, and the way back to one. */
import type { Command } from 'commander';
import { homePaths, resolveHome } from '../../store/open/home.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Adds the sub-verbs. */
export function define(command: Command): void {
  command
    .command('make')
    .description('Copy the database now; no engine may have the home.')
    .action((_options, self: Command) => make(self.optsWithGlobals<GlobalOptions>()));
  command
    .command('list')
    .description('List the backups, newest first.')
    .action((_options, self: Command) => list(self.optsWithGlobals<GlobalOptions>()));
  command
    .command('restore')
    .description('Put a backup in place of the database, which is kept in backups/.')
    .argument('[backup]', 'its name, as listed; default: the newest')
    .action((name: string | undefined, _options, self: Command) =>
      restore(name, self.optsWithGlobals<GlobalOptions>()),
    );
}

async function make(options: GlobalOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const store = openStore(resolveHome(options.home));
  try {
    const file = await store.backup('manual');
    console.log(options.json ? JSON.stringify({ file }) : `Backup: ${file}`);
  } finally {
    store.close();
  }
}

async function list(options: GlobalOptions): Promise<void> {
  const { listBackups } = await import('../../store/backup/restore.ts');
  const { printRows } = await import('../common/print-rows.ts');
  const backups = listBackups(homePaths(resolveHome(options.home)));
  if (options.json) return console.log(JSON.stringify(backups, null, 2));
  if (backups.length === 0) return console.log('No backups. They are made once a day and before each migration.');
  console.log(
    printRows(backups, [
      { head: 'backup', text: (one) => one.name },
      { head: 'MiB', text: (one) => (one.bytes / 2 ** 20).toFixed(1), right: true },
      { head: 'made (UTC)', text: (one) => new Date(one.madeAt).toISOString().slice(0, 16).replace('T', ' ') },
    ]),
  );
}

async function restore(name: string | undefined, options: GlobalOptions): Promise<void> {
  const { restoreBackup } = await import('../../store/backup/restore.ts');
  const done = restoreBackup(homePaths(resolveHome(options.home)), name);
  if (options.json) return console.log(JSON.stringify(done));
  console.log(
    `Restored: ${done.backup}${done.keptAs === null ? '' : `. The database that was there is kept as ${done.keptAs}`}`,
  );
}
