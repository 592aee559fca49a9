/** A run that an older version stored, before some settings existed, is planned with their defaults. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import Database from 'better-sqlite3';
import { storeLedger } from '../../src/main/engine/store-ledger.ts';
import { openStore } from '../../src/main/store/store.ts';
import { sampleStudy, temporaryFolder } from '../store/helpers.ts';

it('a queued run without the settings that came since is run with their defaults', () => {
  const home = temporaryFolder();
  const made = openStore(home);
  const { studyId } = made.addStudy(sampleStudy());
  const runId = Math.min(...made.listRuns({ studyId }).map((run) => run.id));
  const { settings } = made.run(runId);
  const database = made.paths.database;
  made.close();
  const { maskTruncated: _mask, ...training } = settings.training;
  const { warmupSteps: _warm, ...sft } = settings.sft;
  const db = new Database(database);
  db.prepare('UPDATE runs SET settings = ? WHERE id = ?').run(JSON.stringify({ ...settings, training, sft }), runId);
  db.close();
  const store = openStore(home);
  assert.equal('maskTruncated' in store.run(runId).settings.training, false);
  assert.deepEqual(storeLedger(store).plan(runId).settings, settings);
  store.close();
});
