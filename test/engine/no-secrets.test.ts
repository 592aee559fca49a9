/** A key that an endpoint is asked with goes to that endpoint and nowhere else: no file of the home, no archive, no answer of the engine holds it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Engine } from '../../src/main/engine/engine.ts';
import { reportContent } from '../../src/main/services/report/report-content.ts';
import { reportHtml } from '../../src/main/services/report/report-html.ts';
import { openZip } from '../../src/main/store/archive/read-zip.ts';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { confirmKey } from '../../src/main/store/settings/confirmed-keys.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { serve } from '../rewards/thinking/fault-server.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { fakeTrainers } from '../trainers/fake/fake-trainer.ts';

const KEY = 'sk-planted-0123456789abcdef';

/** Files below a folder that hold the key, in plain or as base64. */
function filesWithKey(folder: string): string[] {
  const forms = [KEY, Buffer.from(KEY).toString('base64')];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => forms.some((form) => readFileSync(file).includes(form)));
}

test('a planted key is in no file of the home and in no archive, though its server sends it back in every refusal', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-secret-'));
  const out = mkdtempSync(join(tmpdir(), 'sophia-secret-out-'));
  const server = await serve((request, response) => {
    response
      .writeHead(401, { 'x-key': KEY })
      .end(`{"error": {"message": "wrong key: ${request.headers.authorization}"}}`);
  });
  process.env.PLANTED_KEY = KEY;
  confirmKey(home, { variable: 'PLANTED_KEY', origin: server.base });
  const engine = new Engine({ home, parallel: 1 });
  try {
    const yaml = `name: secret
settings:
  generation: { maxCompletionLength: 8 }
  training: { totalSteps: 1, questionsPerStep: 1, numGenerations: 2 }
  evaluation: { every: 0, questions: 1, benchmarks: [ocr-test], sampled: false }
  reward: { thinking: endpoint, endpoint: { baseUrl: "${server.base}", model: judge, apiKeyEnv: PLANTED_KEY, maxAttempts: 1, onFailure: pause } }
variants: { judged: { base: full, reward: { thinking: endpoint } } }
`;
    const { studyId } = engine.startStudy(parseStudy(yaml, 'secret.yaml'), yaml);
    await engine.queue.whenIdle();
    const [run] = engine.store.listRuns({ studyId });
    assert.ok(server.seen.length > 0, run!.reason ?? 'the server was never asked');
    assert.ok(server.seen.every(({ headers }) => headers.authorization === `Bearer ${KEY}`));
    assert.match(run!.state, /paused|finished/, run!.reason ?? '');
    const archive = join(out, 'secret.zip');
    await archiveToFile(engine.store, studyId, archive, { program: 'test' });
    const zip = await openZip(archive);
    for (const [i, name] of zip.names.entries()) await zip.extract(name, join(out, `entry-${i}`));
    zip.close();
    assert.doesNotMatch(
      JSON.stringify([engine.status(), engine.settings(), engine.store.events(run!.id)]),
      new RegExp(KEY),
    );
  } finally {
    delete process.env.PLANTED_KEY;
    await engine.close();
  }
  assert.ok(filesWithKey(import.meta.dirname).length > 0, 'the search finds what is there: this file');
  assert.deepEqual([...filesWithKey(home), ...filesWithKey(out)], []);
  for (const folder of [home, out]) rmSync(folder, { recursive: true, force: true });
});

test('nor is the secret of a hook or the token of a cluster, in files, notices, answers, the report or the log', async (context) => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-secret-'));
  const said: string[] = [];
  for (const name of ['log', 'error', 'warn'] as const)
    context.mock.method(console, name, (...words: unknown[]) => void said.push(words.map(String).join(' ')));
  const server = await serve(({ headers }, response) => {
    response
      .writeHead(401, { 'x-key': KEY })
      .end(`{"error": "wrong: ${headers.authorization} ${headers['x-ray-authorization']}"}`);
  });
  // Two variables: a hook is not given what is a cluster's.
  Object.assign(process.env, { PLANTED_SECRET: KEY, PLANTED_TOKEN: KEY });
  const engine = new Engine({ home, parallel: 1, trainers: fakeTrainers });
  try {
    const hook = { name: 'hook', way: 'webhook', target: server.base, secretVariable: 'PLANTED_SECRET' } as const;
    const cluster = { name: 'lab', address: server.base, tokenVariable: 'PLANTED_TOKEN', storage: '/shared' } as const;
    engine.changeSettings({
      hooks: [{ ...hook, events: ['run-failed', 'study-finished', 'endpoint', 'hacking', 'disk'] }],
      clusters: [{ ...cluster, gpus: 0, cpus: 1, memoryGiB: 0, packages: 'cluster' }],
    });
    const answers: unknown[] = [await engine.notices.test(engine.settings().hooks[0]!)];
    await engine.checkCluster('lab').then(
      (report) => answers.push(report),
      (error: Error) => answers.push(error.message, error.stack),
    );
    const asked = server.seen.map(({ headers }) => JSON.stringify(headers));
    assert.equal(
      asked.filter((headers) => headers.includes(KEY)).length,
      asked.length,
      'each was asked with its secret',
    );
    assert.ok(asked.length >= 2, `${asked.length} requests`);
    const yaml = studyYaml({ steps: 2, seeds: '[0]' });
    const { studyId } = engine.startStudy(parseStudy(yaml, 'fake.yaml'), yaml);
    await engine.queue.whenIdle();
    answers.push(engine.status(), engine.settings(), engine.notices.list(50));
    for (const { id } of engine.store.listRuns()) answers.push(engine.store.run(id), engine.store.events(id));
    answers.push(reportHtml(await reportContent(engine.store, studyId, { program: 'test', now: 0 })));
    assert.doesNotMatch(JSON.stringify([answers, said]), new RegExp(KEY));
  } finally {
    delete process.env.PLANTED_SECRET;
    delete process.env.PLANTED_TOKEN;
    await engine.close();
  }
  assert.deepEqual(filesWithKey(home), []);
  rmSync(home, { recursive: true, force: true });
});

test('a home that is made is its owner’s alone', { skip: process.platform === 'win32' }, async () => {
  const parent = mkdtempSync(join(tmpdir(), 'sophia-home-'));
  const engine = new Engine({ home: join(parent, 'new/home') });
  await engine.close();
  for (const folder of ['new', 'new/home']) assert.equal(statSync(join(parent, folder)).mode & 0o777, 0o700);
  rmSync(parent, { recursive: true, force: true });
});
