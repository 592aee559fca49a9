/**
 * A home that is renamed, replaced or removed under a running engine, and files of it that are. The engine ends in order and says why; nothing is
 * written at the old place, and nothing of what lies there now is touched; runs go on where the home is.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';

const STEPS = 60;
const SLOW = studyYaml({ script: 'fake:ms=20', steps: STEPS });

/** An engine with two runs at work (and two that wait), of which one has a checkpoint. */
async function atWork(home: string): Promise<TestEngine> {
  const engine = await testEngine({ home });
  await engine.client.studies.start.mutate({ yaml: SLOW });
  while (engine.engine.store.checkpoints(1).length === 0) await sleep(10);
  return engine;
}

/** What runs end with: hashes of their last weights, and every metric of every step. */
async function ends(home: string): Promise<unknown> {
  const engine = await testEngine({ home });
  try {
    const { store } = engine.engine;
    if (store.listStudies().length === 0) engine.engine.startStudy(parseStudy(SLOW, 'test'));
    else engine.engine.resumeStudy(1);
    await engine.engine.queue.whenIdle();
    const checkpoints = store.listRuns().map(({ id, state, step }) => [state, step, store.checkpoints(id)[0]!.hash]);
    const metrics = store.database.prepare('SELECT variant, seed, step, name, value FROM v_metrics').raw().all();
    return { checkpoints, metrics: metrics.map(String).sort() };
  } finally {
    await engine.stop();
  }
}

function filesBelow(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}

const undisturbed = ends(join(temporaryFolder(), 'home'));

describe('a home that is renamed under a running engine', { concurrency: true }, () => {
  for (const isPutBack of [true, false])
    test(`ends the engine; runs go on ${isPutBack ? 'when it is put back' : 'at its new place'}, bit for bit`, async () => {
      const folder = temporaryFolder();
      const [home, moved] = [join(folder, 'home'), join(folder, 'moved')];
      const engine = await atWork(home);
      renameSync(home, moved);
      const why = await engine.lost;
      assert.match(
        why.message,
        /^The home .*\/home (was moved to .*\/moved|is gone: .*) while the engine had it\. Start again with/,
      );
      if (process.platform === 'linux') assert.match(why.message, /was moved to/);
      await assert.rejects(
        engine.client.studies.note.mutate({ id: 1, notes: 'x' }),
        /The home .* while the engine had it/,
      );
      await assert.rejects(engine.client.settings.change.mutate({ threads: 1 }), /The home .* while the engine had it/);
      await engine.stop();
      assert.equal(existsSync(home), false, 'the old place is not made again');
      const reader = openStore(moved, { readonly: true });
      for (const { state, id } of reader.listRuns()) {
        // A run may see it before the engine does.
        assert.ok(state === 'interrupted' || state === 'paused', state);
        assert.ok(reader.run(id).reason?.endsWith(why.message), reader.run(id).reason ?? '');
      }
      reader.close();
      assert.equal(
        filesBelow(moved).some((name) => /engine\.(pid|json)$/.test(name)),
        process.platform !== 'linux',
      );
      if (isPutBack) renameSync(moved, home);
      assert.deepEqual(await ends(isPutBack ? home : moved), await undisturbed);
    });
});

describe('what lies at the place of a home that was moved', { concurrency: true }, () => {
  test('another home there is left as it is, to the last file', async () => {
    const folder = temporaryFolder();
    const [home, moved, other] = [join(folder, 'home'), join(folder, 'moved'), join(folder, 'other')];
    const before = await testEngine({ home: other });
    await before.client.studies.start.mutate({ yaml: studyYaml({ name: 'other', steps: 4 }) });
    await before.engine.queue.whenIdle();
    await before.stop();
    // As if an engine had it: notes that ours must not take for its own.
    for (const name of ['engine.pid', 'engine.json', 'sophia.db-wal']) writeFileSync(join(other, name), '');
    const files = filesBelow(other);
    const engine = await atWork(home);
    renameSync(home, moved);
    renameSync(other, home);
    assert.match((await engine.lost).message, /^The home .*\/home (was moved to|is another folder now)/);
    await assert.rejects(engine.client.trash.empty.mutate(), /The home/);
    await engine.stop();
    assert.deepEqual(filesBelow(home), files);
    assert.deepEqual(await ends(moved), await undisturbed);
  });

  test('a copy of it is known not to be it', async () => {
    const folder = temporaryFolder();
    const [home, moved] = [join(folder, 'home'), join(folder, 'moved')];
    const engine = await atWork(home);
    renameSync(home, moved);
    cpSync(moved, home, { recursive: true });
    await engine.lost;
    await engine.stop();
    assert.deepEqual(await ends(moved), await undisturbed);
  });

  test('an empty folder there, as under a disk that is unmounted, stays empty', async () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    const engine = await atWork(home);
    renameSync(home, join(folder, 'moved'));
    mkdirSync(home);
    await engine.lost;
    await engine.stop();
    assert.deepEqual(readdirSync(home), []);
  });

  test('a home that was removed is told as gone, and not made again', async () => {
    const home = join(temporaryFolder(), 'home');
    const engine = await atWork(home);
    renameSync(home, `${home}-going`);
    rmSync(`${home}-going`, { recursive: true, force: true, maxRetries: 5 });
    assert.match(
      (await engine.lost).message,
      /^The home .* is gone: it was removed, renamed or unmounted while the engine had it\./,
    );
    await engine.stop();
    assert.equal(existsSync(home), false);
  });
});

describe('a file of the home that is replaced under a running engine', { concurrency: true }, () => {
  for (const name of ['sophia.db', 'engine.lock'])
    test(`${name} ends it by name`, async () => {
      const home = join(temporaryFolder(), 'home');
      const engine = await atWork(home);
      renameSync(join(home, name), join(home, 'aside'));
      cpSync(join(home, 'aside'), join(home, name));
      assert.match(
        (await engine.lost).message,
        new RegExp(`/${name} was replaced while the engine had it\\. Put the file back`),
      );
      await engine.stop();
      renameSync(join(home, 'aside'), join(home, name));
      assert.deepEqual(await ends(home), await undisturbed);
    });
});

test('a home that stays where it is, is a link, or is looked at by others is never taken for lost', async () => {
  const engine = await testEngine();
  let isLost = false;
  void engine.lost.then(() => {
    isLost = true;
  });
  const reader = openStore(engine.home, { readonly: true });
  for (let i = 0; i < 25; i++) {
    readdirSync(engine.home);
    await sleep(100);
  }
  reader.close();
  assert.equal(isLost, false);
  await engine.client.settings.change.mutate({ threads: 1 });
  await engine.end();
});
