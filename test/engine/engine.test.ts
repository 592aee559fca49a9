import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Engine } from '../../src/main/engine/engine.ts';
import { readEngineFile } from '../../src/main/engine/engine-file.ts';
import { startEngine } from '../../src/main/engine/start-engine.ts';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { fakeTrainers } from '../trainers/fake/fake-trainer.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sophia-engine-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const study = (options: Parameters<typeof studyYaml>[0] = {}) =>
  parseStudy(studyYaml({ seeds: '[0]', ...options }), 'test');

test('runs that an engine left running or waiting are interrupted when the next one starts, and can be resumed', async () => {
  const before = openStore(home);
  const { studyId } = before.addStudy(study());
  const [waiting, running] = before.listRuns({ studyId });
  before.startRun(running!.id);
  before.close();
  const engine = new Engine({ home, trainers: fakeTrainers });
  const { cells } = engine.store.studyMatrix(studyId);
  assert.deepEqual(
    cells.map((cell) => cell.state),
    ['interrupted', 'interrupted'],
  );
  assert.match(engine.store.run(running!.id).reason!, /The engine ended during the run/);
  assert.match(engine.store.run(waiting!.id).reason!, /ended while the run was queued/);
  assert.equal(engine.resumeStudy(studyId), 2);
  await engine.queue.whenIdle();
  assert.equal(engine.store.study(studyId).states.finished, 2);
  await engine.close();
});

test('a second engine on the same home is refused by name and harms nothing', async () => {
  const engine = new Engine({ home, trainers: fakeTrainers });
  assert.throws(() => new Engine({ home, trainers: fakeTrainers }), /in use by another engine \(pid \d+/);
  const { studyId } = engine.startStudy(study());
  await engine.queue.whenIdle();
  assert.equal(engine.store.study(studyId).states.finished, 2);
  await engine.close();
});

test('the example starts by itself only on a home that never had a study', async () => {
  const engine = new Engine({ home, trainers: fakeTrainers });
  const id = engine.startExample();
  assert.ok(id !== null);
  assert.equal(engine.status().exampleStudyId, id);
  engine.stopStudy(id);
  await engine.queue.whenIdle();
  engine.store.trashStudy(id);
  assert.equal(engine.startExample(), null);
  await engine.close();
});

test('where it listens is told to the owner alone, and no longer once it has stopped', async () => {
  const { url, token, stop } = await startEngine({ trainers: fakeTrainers, home });
  const file = join(home, 'engine.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readEngineFile(home), { url, token, pid: process.pid });
  assert.match(token, /^[\w-]{43}$/);
  assert.ok(!readFileSync(join(home, 'sophia.db')).includes(token), 'the token is not in the database');
  await stop();
  assert.equal(readEngineFile(home), null);
  // Left by a crash, its process number another program's by now.
  writeFileSync(file, JSON.stringify({ url, token, pid: process.pid }));
  assert.equal(readEngineFile(home), null);
});

test('a port that is taken leaves the home free', async () => {
  const first = await startEngine({ trainers: fakeTrainers, home });
  const other = mkdtempSync(join(tmpdir(), 'sophia-engine-'));
  const port = Number(new URL(first.url).port);
  await assert.rejects(
    startEngine({ trainers: fakeTrainers, home: other, port }),
    /Port \d+ of 127.0.0.1 is used by another/,
  );
  const second = await startEngine({ trainers: fakeTrainers, home: other });
  await second.stop();
  await first.stop();
  rmSync(other, { recursive: true, force: true });
});

test('a run that is finished, or stopped already, is told so', async () => {
  const engine = new Engine({ home, trainers: fakeTrainers });
  const { studyId } = engine.startStudy(study());
  await engine.queue.whenIdle();
  const [run] = engine.store.listRuns({ studyId });
  assert.throws(() => engine.resumeRun(run!.id), /is finished/);
  assert.throws(() => engine.stopRun(run!.id), /is not running \(it is finished\)/);
  assert.throws(() => engine.resumeStudy(99), /no study number 99/);
  await engine.close();
});

for (const [code, mend] of [
  ['ENOSPC', 'Free space'],
  ['EDQUOT', 'Free space'],
  ['EROFS', 'Make the disk writable'],
] as const)
  test(`a run whose disk takes no checkpoint (${code}) is paused, and goes on when that is mended`, async () => {
    const engine = new Engine({ home, trainers: fakeTrainers });
    const { studyId } = engine.startStudy(study({ script: `fake:${code}@6`, variants: '[full]' }));
    await engine.queue.whenIdle();
    const { id, state } = engine.store.listRuns({ studyId })[0]!;
    assert.equal(state, 'paused');
    assert.equal(engine.store.run(id).reason, `Could not write a checkpoint. ${mend}, then resume.`);
    engine.resumeRun(id);
    await engine.queue.whenIdle();
    assert.equal(engine.store.run(id).state, 'finished');
    await engine.close();
  });
