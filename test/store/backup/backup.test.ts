import assert from 'node:assert/strict';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { sampleStep, startedRun } from '../helpers.ts';

describe('backup', () => {
  it('copies everything committed while writing goes on, and is whole', async () => {
    const { store, runId, attempt } = startedRun();
    for (let step = 1; step <= 10; step++) store.recordEvent(runId, attempt, sampleStep(step));
    const copying = store.backup();
    store.recordEvent(runId, attempt, sampleStep(11));
    const db = new Database(await copying, { readonly: true });
    assert.equal(db.pragma('quick_check', { simple: true }), 'ok');
    const steps = db.prepare('SELECT step FROM runs WHERE id = ?').pluck().get(runId) as number;
    assert.ok(steps >= 10);
    assert.equal(db.prepare('SELECT count(*) FROM responses').pluck().get(), steps * 8);
    db.close();
  });

  it('keeps the last three daily copies, one a day', async () => {
    const { store } = startedRun();
    assert.equal(store.backupIsDue(), true);
    await store.backup('daily');
    assert.equal(store.backupIsDue(), false);
    for (const day of ['2020-01-01', '2020-01-02', '2020-01-03']) {
      const old = join(store.paths.backups, `daily-${day}.db`);
      writeFileSync(old, '');
      utimesSync(old, 1, 1);
    }
    await store.backup('daily');
    const files = readdirSync(store.paths.backups).sort();
    assert.equal(files.length, 3);
    assert.deepEqual(files.slice(0, 2), ['daily-2020-01-02.db', 'daily-2020-01-03.db']);
  });
});
