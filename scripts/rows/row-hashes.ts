/**
 * Prints the hashes of what a study's runs wrote (view-hashes.ts), to tell whether a change of the code changed a result:
 * `npm run hashes -- HOME [STUDY]`; without a study, the newest.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { viewHashes } from './view-hashes.ts';

const [home, named] = process.argv.slice(2);
if (home === undefined) {
  console.error('usage: npm run hashes -- HOME [STUDY]');
  process.exit(2);
}
const db = new Database(join(home, 'sophia.db'), { readonly: true });
const study = named ?? db.prepare<[], string>('SELECT name FROM studies ORDER BY id DESC LIMIT 1').pluck().get();
for (const { view, rows, hash } of viewHashes(db, study ?? ''))
  console.log(`${view.padEnd(14)} ${String(rows).padStart(7)} rows  ${hash}`);
