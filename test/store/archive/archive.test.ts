import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compareRuns } from '../../../src/main/store/archive/compare-runs.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { openZip } from '../../../src/main/store/archive/read-zip.ts';
import { studyTables } from '../../../src/main/store/archive/study-tables.ts';
import { openStore, type Store } from '../../../src/main/store/store.ts';
import { rowsOf, startedRun, temporaryFolder, temporaryStore } from '../helpers.ts';
import { alteredArchive, archivedStudy, entriesOf, zipOf } from './altered-archives.ts';

/** Another home that already has a study, so that no number is the same there. */
function otherHome(): Store {
  const { store } = startedRun();
  store.renameStudy(1, 'before');
  store.database.prepare("UPDATE studies SET hash = 'other'").run();
  return store;
}

const allRows = (store: Store) => store.database.prepare('SELECT count(*) FROM runs').pluck().get();

describe('a study archive', () => {
  test('brings every row, checkpoint and full-text word into another home', async () => {
    const { store, runId, file, hash } = await archivedStudy();
    const other = otherHome();
    const imported = await importArchive(other, file, { expect: hash });
    const id = imported.ids.get('runs')!.get(runId)!;
    assert.notEqual(id, runId);
    assert.equal(imported.runs, 4);
    assert.deepEqual(rowsOf(other, id), rowsOf(store, runId));
    const { differences, rows } = compareRuns({ store, runId }, { store: other, runId: id });
    assert.deepEqual(differences, []);
    assert.ok(rows > 40);
    const words = (store: Store, run: number) => store.responses({ runIds: [run], text: 'blue' }).total;
    assert.equal(words(other, id), words(store, runId));
    assert.ok(words(other, id) > 0);
    assert.deepEqual(other.checkpoints(id)[0]!.uri, 'checkpoints/step-000003');
    assert.ok(existsSync(join(other.paths.runs, String(id), 'checkpoints/step-000003/trainer.json')));
    assert.equal(other.run(id).state, 'interrupted');
    assert.equal(other.run(id).origin?.format, 'archive');
    other.unlockStudy(imported.studyId);
    assert.equal(other.run(id).origin, null);
    assert.deepEqual(
      readdirSync(other.paths.home).filter((name) => name.startsWith('.import')),
      [],
    );
  });

  test('of an earlier version, whose checkpoints were named by paths, is the same', async () => {
    const { store, runId, file } = await archivedStudy();
    const entries = (all: Record<string, string>) => {
      all['rows/checkpoints.jsonl'] = all['rows/checkpoints.jsonl']!.replace('"uri"', '"path"');
      all['rows/events.jsonl'] = all['rows/events.jsonl']!.replace('\\"uri\\"', '\\"path\\"');
      for (const table of ['run_attempts', 'events']) {
        const [head, ...rows] = all[`rows/${table}.jsonl`]!.trimEnd().split('\n');
        const old = (JSON.parse(head!) as string[]).map((name) => !['trainer', 'reference', 'sequence'].includes(name));
        const without = (line: string) => JSON.stringify((JSON.parse(line) as unknown[]).filter((_, i) => old[i]));
        all[`rows/${table}.jsonl`] = `${[head!, ...rows].map(without).join('\n')}\n`;
      }
    };
    const other = otherHome();
    const { ids } = await importArchive(other, await alteredArchive(file, { entries }));
    const id = ids.get('runs')!.get(runId)!;
    const said = (one: Store, run: number) => one.events(run, { kinds: ['checkpoint'] }).map(({ data }) => data);
    assert.deepEqual(said(other, id), [{ uri: 'checkpoints/step-000003', hash: 'h', bytes: 2 }]);
    assert.deepEqual(said(other, id), said(store, runId));
    assert.equal(other.checkpoints(id)[0]!.uri, 'checkpoints/step-000003');
    assert.equal(other.run(id).attempts[0]!.trainer, 'native');
  });

  test('holds no path of the machine and no process number', async () => {
    const { store, file } = await archivedStudy();
    const zip = await openZip(file);
    for (const name of zip.names) assert.ok(!(await zip.text(name, 1e9)).includes(store.paths.home), name);
    assert.match(await zip.text('rows/events.jsonl', 1e9), /checkpoints\/step-000003/);
    zip.close();
  });

  test('is refused where the study is already, and leaves the home as it was', async () => {
    const { file } = await archivedStudy();
    const other = temporaryStore();
    await importArchive(other, file);
    const before = allRows(other);
    await assert.rejects(importArchive(other, file), /Study "sample" of this home is the same study/);
    assert.equal(allRows(other), before);
  });

  test('every table of the database is archived, or is made anew from the others', () => {
    const { database } = temporaryStore();
    const archived = new Set(studyTables(database).map((table) => table.name));
    const all = database
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
      )
      .pluck()
      .all() as string[];
    for (const name of [
      'studies',
      'runs',
      'metrics',
      'metric_names',
      'responses',
      'questions',
      'evaluated_questions',
      'events',
    ])
      assert.ok(archived.has(name), name);
    assert.ok(archived.size <= all.length);
  });

  test('a resumed engine would not go on with it before it is unlocked', async () => {
    const { file, studyId } = await archivedStudy();
    const home = temporaryFolder();
    const first = openStore(home);
    await importArchive(first, file);
    first.close();
    const { Engine } = await import('../../../src/main/engine/engine.ts');
    const engine = new Engine({ home });
    assert.throws(() => engine.resumeStudy(studyId), /came from an archive and is read-only.*study unlock sample/);
    await engine.close();
  });
});

/** A zip file with these entries, its bytes then changed. */
async function hostileZip(
  entries: Record<string, string | Buffer>,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
) {
  const file = await zipOf(entries);
  writeFileSync(file, change(readFileSync(file)));
  return file;
}

/** Replaces a text in a file's bytes by another of the same length, everywhere. */
const replaced = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

/** Changes a field of every entry's header in the central directory. */
const patched = (at: number, value: number) => (bytes: Buffer) => {
  for (let i = bytes.indexOf('PK\x01\x02'); i >= 0; i = bytes.indexOf('PK\x01\x02', i + 1))
    bytes.writeUInt16LE(value, i + at);
  return bytes;
};

describe('a hostile archive is refused by name and writes nothing', () => {
  const cases: [string, () => Promise<string>, RegExp][] = [
    [
      'a path that leads outside',
      () => hostileZip({ 'aa/evil': 'x' }, replaced('aa/evil', '../evil')),
      /invalid relative path: \.\.\/evil/,
    ],
    [
      'an absolute path',
      () => hostileZip({ 'aevil/x': 'x' }, replaced('aevil/x', '/evil/x')),
      /absolute path: \/evil\/x/,
    ],
    ['a drive letter', () => hostileZip({ 'aa/evil': 'x' }, replaced('aa/evil', 'C:/evil')), /absolute path: C:\/evil/],
    ['a backslash', () => hostileZip({ 'aa/evil': 'x' }, replaced('aa/evil', 'a\\.evil')), /a\\\.evil/],
    ['a link', () => hostileZip({ link: '/etc' }, patched(40, 0o120777)), /"link" is a link/],
    [
      'names that differ in case only',
      () => hostileZip({ 'rows/A': '1', 'rows/a': '2' }),
      /"rows\/A" and "rows\/a" would be the same file/,
    ],
    [
      'a device name',
      () => hostileZip({ 'rows/nul.jsonl': '1' }),
      /"rows\/nul.jsonl" has a name that not every system/,
    ],
    ['an encrypted entry', () => hostileZip({ secret: 'x' }, patched(8, 0x0801)), /"secret" is encrypted/],
    ['a bomb', () => hostileZip({ bomb: Buffer.alloc(20 * 2 ** 20) }), /"bomb" grows more than 200 times/],
    [
      'no zip at all',
      async () => {
        const file = join(temporaryFolder(), 'text.zip');
        writeFileSync(file, 'hello');
        return file;
      },
      /not a readable zip file/,
    ],
    ['no manifest', () => hostileZip({ 'rows/runs.jsonl': '[]' }), /it holds no manifest.json/],
  ];
  for (const [what, make, wanted] of cases)
    test(what, async () => {
      const store = temporaryStore();
      const before = readdirSync(store.paths.home);
      await assert.rejects(importArchive(store, await make()), wanted);
      assert.deepEqual(readdirSync(store.paths.home), before);
      assert.equal(allRows(store), 0);
    });
});

describe('a tampered archive is refused', () => {
  /** The entries of a sound archive, changed, as a new file. */
  async function altered(change: (entries: Record<string, string>) => void): Promise<string> {
    const { file } = await archivedStudy();
    const entries = await entriesOf(file);
    change(entries);
    return zipOf(entries);
  }
  const cases: [string, (entries: Record<string, string>) => void, RegExp][] = [
    [
      'an altered file',
      (one) => void (one['rows/metrics.jsonl'] = one['rows/metrics.jsonl']!.replace('0.1', '0.9')),
      /"rows\/metrics.jsonl" was altered/,
    ],
    [
      'a missing file',
      (one) => void delete one['rows/events.jsonl'],
      /"rows\/events.jsonl" is in its manifest and not in the file/,
    ],
    ['an extra file', (one) => void (one['rows/more.jsonl'] = '[]'), /"rows\/more.jsonl" is not in its manifest/],
    [
      'a file that is in the manifest twice',
      (entries) => {
        const manifest = JSON.parse(entries['manifest.json']!) as { files: object[] };
        entries['manifest.json'] = JSON.stringify({ ...manifest, files: [...manifest.files, manifest.files[0]] });
      },
      /appears twice in its manifest/,
    ],
    [
      'another format version',
      (one) => void (one['manifest.json'] = one['manifest.json']!.replace('"version": 1', '"version": 9')),
      /format version 9/,
    ],
  ];
  for (const [what, change, wanted] of cases)
    test(what, async () => {
      const store = temporaryStore();
      await assert.rejects(importArchive(store, await altered(change)), wanted);
      assert.equal(allRows(store), 0);
    });

  test('another manifest than the one whose hash was told', async () => {
    const { file } = await archivedStudy();
    await assert.rejects(
      importArchive(temporaryStore(), file, { expect: 'a'.repeat(64) }),
      /its manifest has the hash/,
    );
  });
});
