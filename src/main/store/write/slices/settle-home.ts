/** What an engine that was killed left in its home: half-made files, folders of deleted runs, imports and deletions in the middle. */
import { clearLeftovers } from '../../open/leftovers.ts';
import type { Store } from '../../store.ts';
import { settleRunFiles } from '../run-files.ts';
import { settleUnfinished } from './remove.ts';

/** Takes it out of the way while others are answered; resolves when it is, or cannot be, which is said. */
export async function settleHome(store: Store): Promise<void> {
  void clearLeftovers(store.paths);
  try {
    await settleRunFiles(store);
    await settleUnfinished(store);
  } catch (error) {
    if (store.database.open) console.error(`sophia: ${(error as Error).message}`);
  }
}
