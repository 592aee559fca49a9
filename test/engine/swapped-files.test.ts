/**
 * Files of a home, a model or a run in whose place something else lies: a pipe that nobody writes to, a folder, a link to itself, a GB without a line's end. Each
 * reader takes it as absent or damaged, or refuses in one line; none waits without end, none fails in the program's own way.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { BrowserSecrets } from '../../src/main/engine/browser-secret.ts';
import { readEngineFile, readLastPort, writeEngineFile } from '../../src/main/engine/engine-file.ts';
import { modelCard } from '../../src/main/model/folder/model-library.ts';
import { readImage } from '../../src/main/model/image/decode-image.ts';
import { jsonOf, readJson } from '../../src/main/model/io/json-file.ts';
import { readWhole } from '../../src/main/model/io/local-path.ts';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { findInLog, runLog } from '../../src/main/services/runs/run-log.ts';
import { importLog } from '../../src/main/store/interop/import-log.ts';
import { homePaths } from '../../src/main/store/open/home.ts';
import { confirmedKeys } from '../../src/main/store/settings/confirmed-keys.ts';
import { readHomeSettings } from '../../src/main/store/settings/home-settings.ts';
import { openStore } from '../../src/main/store/store.ts';
import { readReport } from '../../src/main/store/validation/report-file.ts';
import { readManifest } from '../../src/main/tasks/import/dataset-folder.ts';
import { readLines } from '../../src/main/tasks/import/read-text.ts';
import { readRecord } from '../../src/main/train/checkpoint.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import { temporaryFolder, temporaryStore } from '../store/helpers.ts';

const SWAPS: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a folder': (path) => void mkdirSync(path),
  'a link to itself': (path) => symlinkSync(basename(path), path),
  'a line of a GB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30); // it takes no room
  },
};

const store = temporaryStore();
/** What reads each file, below a home that is otherwise empty. */
const READERS: Readonly<Record<string, (home: string, path: string) => unknown>> = {
  'settings.json': readHomeSettings,
  'confirmed-keys.json': confirmedKeys,
  'engine.json': readEngineFile,
  'engine.port': readLastPort,
  'browsers.json': (home) => new BrowserSecrets(home),
  'validation/shortcut.json': (home) => readReport(home, 'shortcut'),
  'datasets/x/manifest.json': (_, path) => readManifest(dirname(path)),
  'models/x/README.md': (_, path) => modelCard(dirname(path)),
  'models/x/config.json': (_, path) => readJson(path),
  'models/x/other.json': (_, path) => jsonOf(path),
  'models/x/model.safetensors': (_, path) => readSafetensors(path),
  'runs/1/trainer.json': (_, path) => readRecord(dirname(path)),
  'runs/1/worker.log': async (home, path) => {
    if (lstatSync(path).size < 2 ** 20) await findInLog(homePaths(home), 1, 'x'); // a GB is searched in pieces, which takes as long as it takes
    return runLog(homePaths(home), 1);
  },
  'text.jsonl': (_, path) => [...readLines(path)],
  'log.txt': (_, path) => importLog(store, path, 'trl'),
  'state.json': (_, path) => importLog(store, path, 'trainer-state'),
  'picture.png': (_, path) => readImage(path),
  'whole.txt': (_, path) => readWhole(path),
  'sophia.db': (home) => openStore(home).close(),
  'sophia.db ': (home) => openStore(home, { readonly: true }).close(),
};

describe('in the place of a file', { skip: process.platform === 'win32' }, () => {
  for (const [what, swap] of Object.entries(SWAPS))
    for (const [name, read] of Object.entries(READERS))
      test(`${what}: ${name}`, { timeout: 60_000 }, async () => {
        const home = temporaryFolder();
        const path = join(home, name.trim());
        mkdirSync(dirname(path), { recursive: true });
        swap(path);
        try {
          await read(home, path);
        } catch (error) {
          assert.ok(error instanceof SophiaError && error.code !== 'internal', String((error as Error).stack));
          assert.ok(!error.message.includes('\n') && error.message.length < 1000, error.message);
        }
      });

  test('a folder in the place of engine.json is told when an engine starts', () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'engine.json'));
    assert.throws(
      () => writeEngineFile(home, { url: 'x', token: 'x', pid: 1 }),
      /^SophiaError: .*engine\.json cannot be written \(E\w+\)\. Move away what lies there/,
    );
  });
});
