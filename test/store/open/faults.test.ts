import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { homePaths } from '../../../src/main/store/open/home.ts';
import { networkFileSystem } from '../../../src/main/store/open/network-file-system.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { sampleStep, sampleStudy, startedRun, temporaryFolder } from '../helpers.ts';

const WRITER = join(import.meta.dirname, 'kill-writer.ts');
const OPENER = `import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../../src/main/store/store.ts'))};`;

describe('kill -9 of a writer', () => {
  it('leaves no half step and loses no acknowledged one, time after time', async () => {
    const home = join(temporaryFolder(), 'home');
    const first = openStore(home);
    first.addStudy(sampleStudy());
    first.close();
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [WRITER, home], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
        if (said.split('\n').length > 8 + 7 * round) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const acknowledged = Number(said.trim().split('\n').at(-1));
      const store = openStore(home);
      const run = store.listRuns()[0]!;
      assert.ok(run.step >= acknowledged, `step ${acknowledged} was acknowledged, ${run.step} is there`);
      assert.deepEqual(
        store.metricSeries([run.id], 'reward')[0]!.steps,
        Array.from({ length: run.step }, (_, i) => i + 1),
      );
      assert.equal(store.responses({ runIds: [run.id] }, { limit: 1e6 }).rows.length, run.step * 8);
      assert.equal(store.stepTimes(run.id).steps.length, run.step);
      assert.equal(store.checkDatabase(), 'ok');
      store.close();
    }
  });
});

describe('a second engine on the same home', () => {
  it('is refused by one line naming the pid, while reading stays allowed', () => {
    const { store, runId, attempt } = startedRun(openStore(join(temporaryFolder(), 'home')));
    store.recordEvent(runId, attempt, sampleStep(1));
    const { home } = store.paths;
    const other = spawnSync(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `${OPENER} openStore(${JSON.stringify(home)});`,
    ]);
    assert.match(String(other.stderr), new RegExp(`is in use by another engine \\(pid ${process.pid}, since `));
    assert.throws(() => openStore(home), /is in use by another engine/);
    const reader = openStore(home, { readonly: true });
    assert.equal(reader.stepResponses(runId, 1).length, 8);
    store.recordEvent(runId, attempt, sampleStep(2));
    assert.equal(reader.run(runId).step, 2);
    assert.throws(() => reader.database.exec('DELETE FROM runs'), /readonly/);
    reader.close();
    store.close();
    openStore(home).close();
  });

  it('takes over from a dead one, whatever process has its pid now', () => {
    const home = join(temporaryFolder(), 'home');
    const script = `${OPENER} openStore(${JSON.stringify(home)}); process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script]);
    assert.equal(existsSync(homePaths(home).owner), true);
    writeFileSync(homePaths(home).owner, `{"pid":${process.pid}}`);
    const store = openStore(home);
    assert.deepEqual(store.warnings, []);
    store.close();
    assert.equal(existsSync(homePaths(home).owner), false);
  });
});

describe('a full disk', () => {
  it('undoes the event, says so, keeps everything before, and goes on when there is room', () => {
    const { store, runId, attempt } = startedRun(openStore(join(temporaryFolder(), 'home')));
    store.recordEvent(runId, attempt, sampleStep(1));
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages}`);
    const big = (step: number) =>
      sampleStep(step, {
        responses: sampleStep(step).responses.map((response) => ({ ...response, text: 'word '.repeat(9000) })),
      });
    assert.throws(
      () => store.recordEvent(runId, attempt, big(2)),
      /The disk of .* is full: the last write was undone, everything before it is safe/,
    );
    assert.equal(store.run(runId).step, 1);
    assert.equal(store.stepResponses(runId, 1).length, 8);
    assert.equal(store.stepResponses(runId, 2).length, 0);
    assert.equal(store.checkDatabase(), 'ok');
    store.database.pragma('max_page_count = 1000000');
    store.recordEvent(runId, attempt, big(2));
    assert.equal(store.run(runId).step, 2);
    store.close();
  });
});

describe('a home that cannot be used', () => {
  it('names a home that cannot be written', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    assert.throws(
      () => openStore(join(folder, 'file')),
      /is not a folder that can be written. Choose another with --home/,
    );
    assert.throws(() => openStore(join(folder, 'file', 'below')), /is not a folder that can be written/);
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o555);
    const script = `${OPENER} openStore(${JSON.stringify(closed)});`;
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const other = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      ...nobody,
      cwd: '/',
    });
    assert.match(String(other.stderr), /may only be read here, and an engine writes to it/);
  });

  it('offers the last backup when the database is damaged', async () => {
    const { store, runId, attempt } = startedRun(openStore(join(temporaryFolder(), 'home')));
    for (let step = 1; step <= 20; step++) store.recordEvent(runId, attempt, sampleStep(step));
    const { paths } = store;
    const backup = await store.backup('daily');
    assert.equal(store.backupIsDue(), false);
    store.close();
    const size = statSync(paths.database).size;
    const file = openSync(paths.database, 'r+');
    writeSync(file, Buffer.alloc(size - 4096 * 2, 0xab), 0, size - 4096 * 2, 4096);
    closeSync(file);
    writeFileSync(paths.owner, '{"pid":1}');
    assert.throws(
      () => openStore(paths.home),
      (error: Error) => /is damaged/.test(error.message) && error.message.includes(backup),
    );
    truncateSync(paths.database, 0);
    writeFileSync(paths.database, 'this is no database at all, but long enough to be looked at as one '.repeat(20));
    assert.throws(() => openStore(paths.home), /is damaged \(file is not a database\)/);
    assert.throws(() => openStore(paths.home, { readonly: true }), /is damaged/);
    writeFileSync(paths.database, readFileSync(backup));
    const restored = openStore(paths.home);
    assert.equal(restored.run(runId).step, 20);
    restored.close();
  });

  it('finds the log of another database beside its own, and goes on where its own is gone', () => {
    const [ours, theirs] = [join(temporaryFolder(), 'home'), join(temporaryFolder(), 'home')];
    const { store, runId, attempt } = startedRun(openStore(ours));
    for (let step = 1; step <= 30; step++) store.recordEvent(runId, attempt, sampleStep(step));
    store.close();
    const script = `${OPENER} import { sampleStep, startedRun } from ${JSON.stringify(join(import.meta.dirname, '../helpers.ts'))};
      const first = startedRun(openStore(${JSON.stringify(theirs)}));
      first.store.close();
      const store = openStore(${JSON.stringify(theirs)});
      const { attempt } = store.startRun(first.runId);
      for (let step = 1; step <= 4; step++) store.recordEvent(first.runId, attempt, sampleStep(step));
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const log = (home: string) => `${homePaths(home).database}-wal`;
    const [whole, foreign] = [readFileSync(homePaths(ours).database), readFileSync(log(theirs))];
    assert.ok(foreign.length > 4096);
    writeFileSync(log(ours), foreign);
    for (let i = 0; i < 2; i++) assert.throws(() => openStore(ours), /is damaged/);
    assert.ok(readFileSync(homePaths(ours).database).equals(whole), 'the database was written to');
    assert.ok(readFileSync(log(ours)).equals(foreign), 'the log was written to');
    rmSync(log(ours), { force: true });
    const again = openStore(ours);
    assert.deepEqual([again.run(runId).step, again.checkDatabase()], [30, 'ok']);
    again.close();

    rmSync(log(theirs));
    rmSync(`${homePaths(theirs).database}-shm`, { force: true });
    const back = openStore(theirs); // as it was when the log began
    assert.deepEqual([back.listRuns().length, back.listRuns().at(-1)!.step, back.checkDatabase()], [4, 0, 'ok']);
    back.close();
  });

  it('says that another program writes the database, and goes on when it has done', () => {
    const { store, runId, attempt } = startedRun(openStore(join(temporaryFolder(), 'home')));
    store.recordEvent(runId, attempt, sampleStep(1));
    const other = new Database(store.paths.database);
    other.exec('BEGIN IMMEDIATE');
    assert.throws(
      () => store.recordEvent(runId, attempt, sampleStep(2)),
      /The database .* is being written by another program. Close it and try again/,
    );
    assert.equal(store.run(runId).step, 1);
    other.exec('ROLLBACK');
    other.close();
    store.recordEvent(runId, attempt, sampleStep(2));
    assert.equal(store.run(runId).step, 2);
    store.close();
  });

  it('refuses a database of another program, and a folder without one', () => {
    const folder = temporaryFolder();
    const db = new Database(homePaths(folder).database);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    const theirs = readFileSync(homePaths(folder).database);
    assert.throws(() => openStore(folder), /is not a Sophia Lab database/);
    assert.ok(readFileSync(homePaths(folder).database).equals(theirs), 'it was written to');
    assert.throws(() => openStore(join(folder, 'none'), { readonly: true }), /There is no Sophia Lab database in/);
    assert.equal(existsSync(join(folder, 'none')), false);
  });

  it('knows a network file system by its mount', () => {
    const mounts =
      '/dev/sda1 / ext4 rw 0 0\nserver:/x /data nfs4 rw 0 0\n//s/y /data/near cifs rw 0 0\n/dev/sdb /data/disk ext4 rw 0 0\n';
    assert.equal(networkFileSystem('/data/home', mounts), 'nfs4');
    assert.equal(networkFileSystem('/data/near/home', mounts), 'cifs');
    assert.equal(networkFileSystem('/data/disk/home', mounts), null);
    assert.equal(networkFileSystem('/database', mounts), null);
  });
});
