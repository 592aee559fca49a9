/**
 * A key of the environment goes to no host that the user has not confirmed for it, by whichever way the host came in: a study on the page, a study file,
 * an archive, a step of the TRM's pipeline, a resume, a packed run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { importArchive } from '../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../src/main/store/archive/write-archive.ts';
import { allowedKeys, confirmedKeys, confirmKey, forgetKey } from '../../src/main/store/settings/confirmed-keys.ts';
import { PACKAGE } from '../../src/main/trainers/trl/environment/pinned-packages.ts';
import { newHome, sophia } from '../e2e/command-line.ts';
import { serve } from '../rewards/thinking/fault-server.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

const VARIABLE = 'PLANTED_HOST_KEY';
const HOST = 'https://evil.example';
const PAIR = { variable: VARIABLE, origin: HOST };
const REFUSED = new RegExp(
  `The key in ${VARIABLE} would go to ${HOST}, which was not confirmed\\. .*bin/sophia key confirm ${VARIABLE} ${HOST}`,
);

/** A study that names the variable and the host. */
const foreign = (name: string, more: Parameters<typeof studyYaml>[0] = {}) =>
  studyYaml({
    name,
    seeds: '[0]',
    variants: '[{ asks: { base: full, reward: { thinking: endpoint } } }]',
    ...more,
  }).replace(
    'settings:',
    `settings:\n  reward: { endpoint: { baseUrl: "${HOST}/v1", model: judge, apiKeyEnv: ${VARIABLE} } }`,
  );

before(() => {
  process.env[VARIABLE] = 'sk-planted';
});
after(() => {
  delete process.env[VARIABLE];
});

describe('a key of the environment, without the user’s word', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine?.end());

  test('a study from the page is refused before anything is noted, with the pair; confirmed, it starts', async () => {
    const { client } = engine;
    const start = () => client.studies.start.mutate({ yaml: foreign('form') });
    await assert.rejects(start, (error: Error & { data?: { keys?: unknown } }) => {
      assert.match(error.message, REFUSED);
      assert.deepEqual(error.data?.keys, [PAIR]);
      return true;
    });
    assert.deepEqual((await client.studies.list.query()).studies, []);
    await client.settings.confirmKey.mutate({ ...PAIR, origin: `${HOST}/v1/` });
    assert.deepEqual(await client.settings.confirmedKeys.query(), [PAIR], 'the origin alone counts');
    const { studyId } = await start();
    await engine.engine.queue.whenIdle();
    assert.equal(engine.engine.store.listRuns({ studyId })[0]!.state, 'finished');
  });

  test('a run is told which host may have the key; one whose pair was taken back is told none', () => {
    const [run] = engine.engine.store.listRuns();
    const { settings } = engine.engine.store.run(run!.id);
    const said = () => engine.engine.keys.environmentOf(settings).SOPHIA_KEY_HOSTS;
    assert.equal(said(), `${VARIABLE}=${HOST}`);
    forgetKey(engine.home, PAIR);
    assert.equal(said(), '');
    confirmKey(engine.home, PAIR);
  });

  test('a resume, more seeds and a filled matrix are refused once the pair was taken back', async () => {
    const { client } = engine;
    const yaml = foreign('stopped', { script: 'fake:throw@2' });
    const { studyId } = await client.studies.start.mutate({ yaml });
    await engine.engine.queue.whenIdle();
    const [run] = engine.engine.store.listRuns({ studyId });
    assert.notEqual(run!.state, 'finished');
    await client.settings.forgetKey.mutate(PAIR);
    await assert.rejects(client.runs.resume.mutate({ id: run!.id }), REFUSED);
    await assert.rejects(client.studies.resume.mutate({ id: studyId }), REFUSED);
    await assert.rejects(client.studies.fill.mutate({ id: studyId }), REFUSED);
    await assert.rejects(client.studies.addSeeds.mutate({ id: studyId, count: 1 }), REFUSED);
    assert.equal(engine.engine.store.listRuns({ studyId }).length, 1);
    engine.engine.queue.add([run!.id]); // as one that was queued before keys were asked about
    await engine.engine.queue.whenIdle();
    const { state, reason } = engine.engine.store.run(run!.id);
    assert.equal(state, 'paused');
    assert.match(reason!, REFUSED);
  });

  test('a study of an archive is refused when it is continued: the archive brings no confirmation', async () => {
    confirmKey(engine.home, PAIR);
    const { studyId } = await engine.client.studies.start.mutate({
      yaml: foreign('packed', { script: 'fake:throw@2' }),
    });
    await engine.engine.queue.whenIdle();
    const file = join(engine.home, 'packed.zip');
    await archiveToFile(engine.engine.store, studyId, file, { program: 'test' });
    const other = await testEngine();
    try {
      const { studyId: imported } = await importArchive(other.engine.store, file);
      assert.deepEqual(allowedKeys(other.home), []);
      await other.client.studies.unlock.mutate({ id: imported });
      await assert.rejects(other.client.studies.resume.mutate({ id: imported }), REFUSED);
    } finally {
      await other.end();
    }
  });

  test('a step of the TRM’s pipeline from the page is refused, and nothing is queued', async () => {
    forgetKey(engine.home, PAIR);
    const values = { dataset: 'd', annotator: 'endpoint', url: `${HOST}/v1`, model: 'judge', 'key-env': VARIABLE };
    await assert.rejects(engine.client.trm.start.mutate({ step: 'annotate', values }), REFUSED);
    assert.deepEqual(await engine.client.trm.jobs.query(), []);
  });

  test('a pair that was said in the engine’s own environment counts; a saved endpoint does; other names and hosts do not', async () => {
    const { client, home } = engine;
    const start = (name: string) => client.studies.start.mutate({ yaml: foreign(name) });
    process.env.SOPHIA_KEY_HOSTS = `${VARIABLE}=${HOST}`;
    await start('by-environment');
    process.env.SOPHIA_KEY_HOSTS = `${VARIABLE}=https://evil.example.org OTHER=${HOST}`;
    await assert.rejects(start('other-host'), REFUSED);
    delete process.env.SOPHIA_KEY_HOSTS;
    const endpoint = { name: 'mine', baseUrl: `${HOST}/v2`, model: 'm', keyVariable: VARIABLE };
    await client.settings.change.mutate({ endpoints: [endpoint] });
    await start('by-settings');
    await client.settings.change.mutate({ endpoints: [] });
    writeFileSync(join(home, 'confirmed-keys.json'), '{"confirmed": "all"}');
    await assert.rejects(start('damaged-file'), REFUSED);
    await assert.rejects(client.settings.confirmKey.mutate({ variable: 'NODE_OPTIONS', origin: HOST }), /variable/);
    await engine.engine.queue.whenIdle();
  });
});

test('bin/sophia study run refuses without a terminal, keeps nothing, and runs once `key confirm` was given', async () => {
  const { home, file, remove } = newHome();
  try {
    writeFileSync(file, foreign('by-file'));
    const refused = await sophia('study', 'run', file, '--home', home);
    assert.deepEqual([refused.code, refused.out], [2, '']);
    assert.match(refused.error, REFUSED);
    const [, command] = /bin\/sophia (key confirm \S+ \S+)/.exec(refused.error)!;
    const confirmed = await sophia(...command!.split(' '), '--home', home);
    assert.equal(confirmed.code, 0, confirmed.error);
    assert.deepEqual(confirmedKeys(home), [PAIR]);
    const ran = await sophia('study', 'run', file, '--home', home);
    assert.equal(ran.code, 0, ran.error);
    const listed = await sophia('key', 'list', '--json', '--home', home);
    assert.deepEqual(JSON.parse(listed.out), [{ ...PAIR, by: 'confirmed' }]);
    const forgotten = await sophia('key', 'forget', VARIABLE, HOST, '--home', home);
    assert.equal(forgotten.code, 0, forgotten.error);
    assert.equal((await sophia('key', 'forget', VARIABLE, HOST, '--home', home)).code, 2);
    assert.deepEqual(confirmedKeys(home), []);
  } finally {
    remove();
  }
});

test('bin/sophia trm score and annotate send nothing to a host that was not confirmed', async () => {
  const { home, remove } = newHome();
  const server = await serve((_, response) => void response.end('{}'));
  try {
    const lines = join(home, 'responses.jsonl');
    writeFileSync(lines, `${JSON.stringify({ question: 'chart/test/000001', response: '<think> a </think> b' })}\n`);
    const asked = ['--key-env', VARIABLE, '--attempts', '1', '--home', home];
    const scored = await sophia('trm', 'score', `endpoint:judge@${server.base}`, lines, ...asked);
    const origin = new URL(server.base).origin;
    assert.match(scored.error, new RegExp(`The key in ${VARIABLE} would go to ${origin}, which was not confirmed`));
    assert.equal(scored.code, 2);
    assert.equal(server.seen.length, 0);
    const endpoint = ['--annotator', 'endpoint', '--url', server.base, '--model', 'judge'];
    const annotated = await sophia('trm', 'annotate', 'none', ...endpoint, ...asked);
    assert.match(annotated.error, /was not confirmed/);
    assert.equal(server.seen.length, 0);
    confirmKey(home, { variable: VARIABLE, origin });
    await sophia('trm', 'score', `endpoint:judge@${server.base}`, lines, ...asked);
    const sent = server.seen.map(({ headers }) => headers.authorization);
    assert.deepEqual(sent, ['Bearer sk-planted']);
  } finally {
    remove();
  }
});

test('a package cannot say in its site.env which host may have a key; whoever starts it can', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-site-'));
  const script = `import sophia_trl.packed as p
p.read_pack = lambda: {"models": []}
print(p._environment({"SOPHIA_KEY_HOSTS": "A=https://evil.example", "OTHER": "x"}).get("SOPHIA_KEY_HOSTS"))`;
  const say = (environment: Record<string, string>) => {
    const env = { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', ...environment };
    const { stdout, stderr } = spawnSync(process.env.PYTHON ?? 'python3', ['-c', script], { cwd: folder, env });
    return stdout.toString().trim() || stderr.toString();
  };
  assert.equal(say({}), 'None');
  assert.equal(say({ SOPHIA_KEY_HOSTS: 'A=https://good.example' }), 'A=https://good.example');
  assert.ok(existsSync(folder));
  rmSync(folder, { recursive: true });
});
