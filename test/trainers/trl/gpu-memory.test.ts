/** The memory of a GPU, told by the process that trains: a stand-in for torch.cuda in the package's own processes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { importPack } from '../../../src/main/services/studies/import-pack.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { packStudy, train } from './plain/packed-study.ts';
import { plainStudy } from './plain/plain-python.ts';

const skip = process.platform === 'win32' && 'paths of the stand-in are POSIX ones';

test('a run where a GPU is says the most of its memory that each step took; without one there is no such metric', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-gpu-'));
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  const pack = await packStudy(home, plainStudy({ steps: 3 }));
  assert.equal(train(pack, ['full-0'], { PLAIN_GPU: String(3 * 2 ** 20) }).status, 0);
  assert.equal(train(pack, ['full-1']).status, 0);
  const store = openStore(join(home, 'lab'));
  try {
    importPack(store, pack);
    const told = store
      .listRuns()
      .map(({ id, seed }) => [
        seed,
        store.metricNames([id]).includes('memory/gpu'),
        store.metricSeries([id], 'memory/gpu').flatMap(({ values }) => values),
      ]);
    assert.deepEqual(told.sort(), [
      [0, true, [3, 6, 9]],
      [1, false, []],
    ]);
  } finally {
    store.close();
  }
});
