import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyArchive } from '../../src/main/engine/verify-archive.ts';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { studyYaml, testEngine } from '../setup/with-engine.ts';
import { FAKE_PARTS } from '../trainers/fake/fake-trainer.ts';
import { sophia } from './command-line.ts';

test('a study is archived, one of its runs made again bit by bit, and an altered one found out', {
  timeout: 240_000,
}, async () => {
  const from = await testEngine();
  const { studyId } = await from.client.studies.start.mutate({ yaml: studyYaml({ steps: 5, seeds: '[0]' }) });
  await from.engine.queue.whenIdle();
  const { store } = from.engine;
  const archive = join(from.home, 'fake.zip');
  const made = await sophia('study', 'archive', 'fake', '--out', archive, '--home', from.home, '--json');
  assert.equal(made.code, 0, made.error);
  assert.equal(JSON.parse(made.out).runs, 2);
  const sound = await sophia('study', 'verify', archive, '--run', 'full/0', '--expect', JSON.parse(made.out).hash);
  assert.equal(sound.code, 0, sound.error);
  assert.match(sound.out, /\(full, seed 0\): identical, weights and \d+ rows/);
  await assert.rejects(
    verifyArchive(archive, { ...FAKE_PARTS, run: 'nobody' }),
    /no finished run "nobody". There are: grpo\/0, full\/0/,
  );

  store.database.exec('UPDATE metrics SET value = value + 1e-12 WHERE step = 3 AND value IS NOT NULL');
  store.database.exec("UPDATE run_attempts SET environment = json_set(environment, '$.backendVersion', '0')");
  await archiveToFile(store, studyId, archive, { program: 'test', checkpoints: 'none' });
  const altered = await verifyArchive(archive, { ...FAKE_PARTS, run: 'grpo/0' });
  assert.equal(altered.identical, false);
  assert.match(altered.differences[0]!, /^metrics: step 3, .* was expected/);
  assert.equal(altered.differences.length, 1, 'responses, evaluations and weights are the same');
  assert.ok(altered.environment.includes('backendVersion: 0 then, 1 now'));

  store.database.exec("UPDATE run_attempts SET trainer = 'trl'");
  await archiveToFile(store, studyId, archive, { program: 'test', checkpoints: 'none' });
  await assert.rejects(
    verifyArchive(archive, { ...FAKE_PARTS, run: 'grpo/0' }),
    /was trained by TRL, which is not bit-reproducible\./,
  );
  await from.end();
});

test('the page gives and takes archives over HTTP, and tells a refusal in one line', { timeout: 120_000 }, async () => {
  const [from, to] = [await testEngine(), await testEngine()];
  const { studyId } = await from.client.studies.start.mutate({ yaml: studyYaml({ steps: 3, seeds: '[0]' }) });
  await from.engine.queue.whenIdle();
  const send = (engine: typeof from, path: string, init: RequestInit = {}) =>
    fetch(`${engine.url}${path}`, { ...init, headers: { Authorization: `Bearer ${engine.token}` } });
  const given = await send(from, `/archive?study=${studyId}`);
  assert.match(given.headers.get('content-disposition')!, /fake.sophia.zip/);
  const bytes = await given.arrayBuffer();
  const taken = await send(to, '/archive', { method: 'POST', body: bytes });
  const { studyId: newId, runs } = (await taken.json()) as { studyId: number; runs: number };
  assert.equal(runs, 2);
  assert.equal((await to.client.studies.get.query({ id: newId })).study.name, 'fake');
  const again = await send(to, '/archive', { method: 'POST', body: bytes });
  assert.equal(again.status, 422);
  assert.match(JSON.stringify(await again.json()), /Study \\"fake\\" of this home is the same study/);
  assert.equal((await send(from, '/archive?study=99')).status, 400);
  assert.equal((await fetch(`${from.url}/archive?study=1`)).status, 401);
  await Promise.all([from.end(), to.end()]);
});
