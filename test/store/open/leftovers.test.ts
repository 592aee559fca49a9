import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Engine } from '../../../src/main/engine/engine.ts';
import { clearLeftovers } from '../../../src/main/store/open/leftovers.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { temporaryFolder, temporaryStore } from '../helpers.ts';

const folderAt = (...parts: string[]): string => {
  const folder = join(...parts);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a'), 'x');
  return folder;
};

test('what a killed backup or restore left goes; backups stay', async () => {
  const { paths } = temporaryStore();
  mkdirSync(paths.backups, { recursive: true });
  const at = (...parts: string[]) => join(paths.home, ...parts);
  const [partial, journal] = ['manual-20261129.db.partial', 'daily-2026-11-29.db.partial-journal'];
  const gone = [at('sophia.db.restored'), at('backups', partial!), at('backups', journal!)];
  const kept = [at('backups', 'manual-20261129.db'), at('backups', 'mine.partial')];
  for (const file of [...gone, ...kept]) writeFileSync(file, 'x');
  assert.deepEqual((await clearLeftovers(paths)).sort(), [journal, partial, 'sophia.db.restored']);
  for (const file of gone) assert.ok(!existsSync(file), file);
  for (const file of kept) assert.ok(existsSync(file), file);
});

test("what a killed import left goes, what is somebody else's stays", async () => {
  const { paths } = temporaryStore();
  const { home } = paths;
  const gone = [folderAt(home, '.import-Ab12Cd'), folderAt(home, '.upload-xyz123')];
  const kept = [
    folderAt(home, '.git'),
    folderAt(home, '.import-mine'),
    folderAt(home, 'runs', '1'),
    folderAt(home, 'datasets', 'charts'),
  ];
  const old = folderAt(home, 'datasets', '.charts-images-Ab12Cd');
  const fresh = folderAt(home, 'datasets', '.maths-images-Ab12Cd');
  const model = folderAt(home, 'models', '.mine.4711-abc.tmp');
  for (const folder of [old, model]) utimesSync(folder, 1, 1);
  const left = await clearLeftovers(paths);
  assert.deepEqual(left.sort(), ['.charts-images-Ab12Cd', '.import-Ab12Cd', '.mine.4711-abc.tmp', '.upload-xyz123']);
  for (const folder of [...gone, old, model]) assert.ok(!existsSync(folder), folder);
  for (const folder of [...kept, fresh]) assert.ok(existsSync(join(folder, 'a')), folder);
  // An import that begins now is none of them.
  const clearing = clearLeftovers(paths);
  const next = folderAt(home, '.import-Ef34Gh');
  await clearing;
  assert.ok(existsSync(next));
});

test('an engine clears its home when it starts', async () => {
  const home = temporaryFolder();
  openStore(home).close();
  const left = folderAt(home, '.import-Ab12Cd');
  const engine = new Engine({ home });
  for (let i = 0; i < 200 && existsSync(left); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  await engine.close();
  assert.deepEqual(
    readdirSync(home).filter((name) => name.startsWith('.')),
    [],
  );
});

test("a new home is its owner's alone; one that cannot be made is refused at once", {
  skip: process.platform === 'win32',
}, () => {
  const home = join(temporaryFolder(), 'a', 'b');
  openStore(home).close();
  for (const folder of [home, join(home, '..')]) assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
  if (process.platform === 'linux') assert.throws(() => openStore('/proc/x/home'), /not a folder that can be written/);
});

test('a database that was emptied is no new home where runs lie beside it', () => {
  const home = temporaryFolder();
  openStore(home).close();
  folderAt(home, 'runs', '3');
  writeFileSync(join(home, 'sophia.db'), '');
  assert.throws(() => openStore(home), /damaged \(it is empty, though runs\/ holds 1\)/);
  assert.equal(statSync(join(home, 'sophia.db')).size, 0);
});

test('a small file of the home whose writing was killed goes once it has lain still for a day', async () => {
  const { paths } = temporaryStore();
  const [old, fresh] = ['.settings.json.4711-abc.tmp', '.settings.json.4712-abc.tmp'];
  for (const name of [old, fresh]) writeFileSync(join(paths.home, name), '{');
  utimesSync(join(paths.home, old), 1, 1);
  assert.deepEqual(await clearLeftovers(paths), [old]);
  assert.ok(existsSync(join(paths.home, fresh)));
});
