/**
 * The home's store for one step of the TRM pipeline. The step owns the home while it works, as a study run in this process does: an engine
 * that has it is left alone, and the step refuses with its process id. A step that the engine itself has started writes beside it.
 */

import { endWithParent } from '../../jobs/parent-watch.ts';
import { HOST_VARIABLE } from '../../jobs/verbs/command-line.ts';
import { resolveHome } from '../../store/open/home.ts';
import { openStore, type Store } from '../../store/store.ts';
import { allowKeys } from './allow-keys.ts';
import type { GlobalOptions } from './verb.ts';

/** Opens the home for writing, runs `body`, closes. */
export async function withStore<T>(options: GlobalOptions, body: (store: Store) => T | Promise<T>): Promise<T> {
  const host = process.env[HOST_VARIABLE];
  if (host !== undefined) endWithParent();
  const store = openStore(resolveHome(options.home), host === undefined ? {} : { guestOf: Number(host) });
  for (const warning of store.warnings) console.error(`sophia: ${warning}`);
  allowKeys(store.paths.home);
  try {
    return await body(store);
  } finally {
    store.close();
  }
}

/** Prints a result as JSON where that was asked for, else as lines. */
export function print(options: GlobalOptions, result: unknown, lines: readonly string[]): void {
  if (options.json === true) console.log(JSON.stringify(result, null, 2));
  else for (const line of lines) console.log(line);
}
