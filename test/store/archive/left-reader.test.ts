/** Whoever reads an archive may leave before its end: nothing stays open then. */
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { archiveStudy } from '../../../src/main/store/archive/write-archive.ts';
import { sampleStep } from '../helpers.ts';
import { archivedStudy } from './altered-archives.ts';

/** Files of a home that this process has open. */
function openFiles(home: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const to = readlinkSync(`/proc/self/fd/${fd}`);
      return to.startsWith(home) ? [to.slice(home.length)] : [];
    } catch {
      return [];
    }
  });
}

test('a reader that leaves in the middle of the rows, or of a checkpoint, frees the snapshot and every file', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const { store, studyId, runId } = await archivedStudy();
  const attempt = store.run(runId).attempt;
  for (let step = 4; step <= 20; step++) store.recordEvent(runId, attempt, sampleStep(step));
  const folder = join(store.paths.runs, String(runId), 'checkpoints', 'step-000003');
  writeFileSync(join(folder, 'model.safetensors'), Buffer.alloc(4 << 20, 7));
  const before = openFiles(store.paths.home).sort();
  for (const bytes of [1, 200, 1 << 20]) {
    const { bytes: stream, done } = archiveStudy(store, studyId, { program: 'test' });
    let seen = 0;
    for await (const chunk of stream) {
      seen += (chunk as Buffer).length;
      if (seen >= bytes) break; // destroys the stream
    }
    await assert.rejects(done, { code: 'interrupted', message: /was not read to its end/ });
    for (let i = 0; i < 100 && openFiles(store.paths.home).length > before.length; i++) await wait(10);
    assert.deepEqual(openFiles(store.paths.home).sort(), before, `after ${bytes} bytes`);
  }
  store.setStudyNotes(studyId, 'later');
  const [checkpoint] = store.database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[];
  assert.deepEqual([checkpoint!.busy, checkpoint!.log], [0, 0], 'no snapshot holds the write-ahead log');
});
