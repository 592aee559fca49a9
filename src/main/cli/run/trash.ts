/** `sophia run delete|restore`: moves runs to the trash and back, deletes them for good. */
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface DeleteOptions extends GlobalOptions {
  readonly forGood?: boolean;
}

/** Adds the sub-verbs. */
export function defineRunTrash(command: Command): void {
  command
    .command('delete <run>')
    .description('move a run to the trash')
    .option('--for-good', 'delete it and its files permanently instead')
    .action((run: string, _options: unknown, self: Command) => remove(run, self.optsWithGlobals<DeleteOptions>()));
  command
    .command('restore <run>')
    .description('take a run out of the trash')
    .action((run: string, _options: unknown, self: Command) => restore(run, self.optsWithGlobals<GlobalOptions>()));
}

async function remove(reference: string, options: DeleteOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const { resolveHome } = await import('../../store/open/home.ts');
  const store = openStore(resolveHome(options.home));
  try {
    const id = store.findRun(reference);
    const { name } = store.run(id);
    if (options.forGood === true) await (await import('../../store/write/slices/remove.ts')).removeRun(store, id);
    else store.trashRun(id);
    const done = options.forGood === true ? 'deleted' : 'in the trash';
    console.log(options.json === true ? JSON.stringify({ run: name, done }) : `${plain(name)} is ${done}.`);
  } finally {
    store.close();
  }
}

async function restore(reference: string, options: GlobalOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const { resolveHome } = await import('../../store/open/home.ts');
  const store = openStore(resolveHome(options.home));
  try {
    const id = store.findRun(reference);
    const { name, trashedAt } = store.run(id);
    if (trashedAt === null) throw new SophiaError('usage', `Run ${plain(name)} is not in the trash.`);
    store.restoreRun(id);
    console.log(options.json === true ? JSON.stringify({ run: name, done: 'restored' }) : `${plain(name)} restored.`);
  } finally {
    store.close();
  }
}
