/** A key that an endpoint is asked with goes to that endpoint and nowhere else: no file of the home, no archive, no answer of the engine holds it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Engine } from '../../src/main/engine/engine.ts';
import { openZip } from '../../src/main/store/archive/read-zip.ts';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { confirmKey } from '../../src/main/store/settings/confirmed-keys.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { serve } from '../rewards/thinking/fault-server.ts';

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

test('a home that is made is its owner’s alone', { skip: process.platform === 'win32' }, async () => {
  const parent = mkdtempSync(join(tmpdir(), 'sophia-home-'));
  const engine = new Engine({ home: join(parent, 'new/home') });
  await engine.close();
  for (const folder of ['new', 'new/home']) assert.equal(statSync(join(parent, folder)).mode & 0o777, 0o700);
  rmSync(parent, { recursive: true, force: true });
});
