/** Deleting runs with their folders: nothing is blocked meanwhile, nothing of it is left to the next run of that number, an end in the middle heals. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { deleteRunsAndFiles, settleRunFiles } from '../../../src/main/store/write/run-files.ts';
import { startedRun } from '../helpers.ts';

/** A stopped run whose folder holds `files` files. */
function runWithFiles(files = 3) {
  const { store, runId } = startedRun();
  store.setRunState(runId, 'stopped');
  const folder = join(store.paths.runs, String(runId));
  const below = join(folder, 'checkpoints', 'step-5');
  mkdirSync(below, { recursive: true });
  for (let i = 0; i < files; i++) writeFileSync(join(below, String(i)), 'weights');
  const aside = join(store.paths.runs, `.deleted-${runId}-${store.run(runId).createdAt}`);
  const left = () => readdirSync(store.paths.runs);
  return { store, runId, folder, aside, left };
}

describe('deleting runs and files', () => {
  it('takes rows and folder away in one stroke, and lets others work until the files are gone', async () => {
    const { store, runId, folder, left } = runWithFiles(1000);
    let turns = 0;
    const count = () => {
      turns++;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    const end = deleteRunsAndFiles(store, [runId], () => store.deleteRun(runId));
    assert.throws(() => store.run(runId));
    assert.ok(!existsSync(folder), 'the next run of this number finds no folder');
    mkdirSync(folder); // its own
    await end;
    clearImmediate(turning);
    assert.ok(turns > 10, `${turns} turns of the event loop meanwhile`);
    assert.deepEqual(left(), [String(runId)]);
  });

  it('leaves everything as it was when the rows cannot be deleted', async () => {
    const { store, runId, folder, left } = runWithFiles();
    store.startRun(runId);
    await assert.rejects(
      deleteRunsAndFiles(store, [runId], () => store.deleteRun(runId)),
      /running/,
    );
    assert.deepEqual(left(), [String(runId)]);
    assert.equal(readdirSync(join(folder, 'checkpoints', 'step-5')).length, 3);
  });

  it('deletes nothing, and says what and where, when a folder cannot be set aside', async () => {
    const { store, runId, folder, aside } = runWithFiles();
    mkdirSync(join(aside, 'in the way'), { recursive: true });
    await assert.rejects(
      deleteRunsAndFiles(store, [runId], () => store.deleteRun(runId)),
      (error: Error) => error.message.includes('so nothing was') && error.message.includes(folder),
    );
    assert.ok(store.run(runId) && existsSync(folder));
  });
});

describe('an end in the middle of a deletion', () => {
  it('before the rows were deleted: the folder comes back', async () => {
    const { store, runId, folder, aside, left } = runWithFiles();
    renameSync(folder, aside);
    await settleRunFiles(store);
    assert.deepEqual(left(), [String(runId)]);
    assert.equal(readdirSync(join(folder, 'checkpoints', 'step-5')).length, 3);
  });

  it('after they were: the folder goes', async () => {
    const { store, runId, folder, aside, left } = runWithFiles();
    renameSync(folder, aside);
    store.deleteRun(runId);
    await settleRunFiles(store);
    assert.deepEqual(left(), []);
  });

  it('a later run of the same number keeps its own folder, and gets no other', async () => {
    const { store, runId, folder, left } = runWithFiles();
    const earlier = store.run(runId).createdAt - 1000;
    renameSync(folder, join(store.paths.runs, `.deleted-${runId}-${earlier}`));
    await settleRunFiles(store);
    assert.deepEqual(left(), []);
  });
});
