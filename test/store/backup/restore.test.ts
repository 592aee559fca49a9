import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listBackups, restoreBackup } from '../../../src/main/store/backup/restore.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { sampleStep, startedRun, temporaryFolder } from '../helpers.ts';

/** A home with a backup of step 5 and a database of step 8. */
async function homeWithBackup() {
  const { store, runId, attempt } = startedRun(openStore(join(temporaryFolder(), 'home')));
  for (let step = 1; step <= 5; step++) store.recordEvent(runId, attempt, sampleStep(step));
  await store.backup('daily');
  for (let step = 6; step <= 8; step++) store.recordEvent(runId, attempt, sampleStep(step));
  return { store, runId, paths: store.paths };
}

describe('a restore', () => {
  test('goes back to the backup and keeps the database that was there', async () => {
    const { store, runId, paths } = await homeWithBackup();
    store.close();
    const [backup] = listBackups(paths);
    const { backup: name, keptAs } = restoreBackup(paths);
    assert.equal(name, backup!.name);
    const back = openStore(paths.home);
    assert.equal(back.run(runId).step, 5);
    back.close();
    assert.ok(statSync(keptAs!).size > 0);
    assert.equal(listBackups(paths).length, 1, 'what was replaced is no backup');
  });

  test('works where the database is damaged beyond opening', async () => {
    const { store, runId, paths } = await homeWithBackup();
    store.close();
    const file = openSync(paths.database, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xab), 0, 4096, 0);
    closeSync(file);
    assert.throws(() => openStore(paths.home), /is damaged .* `sophia backup restore` puts it in place/);
    restoreBackup(paths);
    const back = openStore(paths.home);
    assert.deepEqual([back.run(runId).step, back.checkDatabase()], [5, 'ok']);
    back.close();
  });

  test('is refused while an engine has the home, for a name that is none, and for a backup that is damaged itself; nothing changes', async () => {
    const { store, paths, runId } = await homeWithBackup();
    assert.throws(() => restoreBackup(paths), /is in use by another engine/);
    store.close();
    assert.throws(() => restoreBackup(paths, '../../x'), /There is no backup ".*There are: daily-/);
    const backup = join(paths.backups, listBackups(paths)[0]!.name);
    truncateSync(backup, 4096 * 3);
    const before = readdirSync(paths.home).sort();
    assert.throws(() => restoreBackup(paths), /is damaged itself/);
    assert.deepEqual(readdirSync(paths.home).sort(), before);
    const same = openStore(paths.home);
    assert.equal(same.run(runId).step, 8);
    same.close();
    assert.ok(existsSync(backup));
  });
});
