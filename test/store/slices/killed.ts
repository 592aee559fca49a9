/** Work in slices that is killed in the middle, and the home as the next engine finds it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Engine } from '../../../src/main/engine/engine.ts';

const AT_WORK = fileURLToPath(new URL('./at-work.ts', import.meta.url));
const OWN = ['studies', 'runs', 'run_attempts', 'metrics', 'responses', 'response_words', 'evaluations', 'events'];
/** How many rows each has. */
export const countsOf = (db: Database.Database): Record<string, number> =>
  Object.fromEntries(
    [...OWN, 'unfinished_work'].map((table) => [
      table,
      db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number,
    ]),
  );
/** None of any. */
export const NOTHING = Object.fromEntries([...OWN, 'unfinished_work'].map((table) => [table, 0]));

/** Starts the work in a process of its own and kills it once `isUnderWay`. */
export async function killedAtWork(
  home: string,
  args: string[],
  isUnderWay: (counts: Record<string, number>) => boolean,
) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', AT_WORK, ...args], {
    stdio: 'inherit',
  });
  const over = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const db = new Database(join(home, 'sophia.db'), { readonly: true, timeout: 5000 });
  const until = Date.now() + 60_000;
  while (child.exitCode === null && Date.now() < until) {
    if (isUnderWay(countsOf(db))) break;
    await sleep(2);
  }
  child.kill('SIGKILL');
  const signal = await over;
  const left = countsOf(db);
  db.close();
  assert.equal(signal, 'SIGKILL', 'the work ended before it could be killed');
  return left;
}

/** Opens the home as an engine does, waits until it has cleared up. */
export async function settled(home: string): Promise<Record<string, number>> {
  const engine = new Engine({ home });
  await engine.settled;
  const counts = countsOf(engine.store.database);
  await engine.close();
  return counts;
}
