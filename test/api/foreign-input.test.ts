import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appRouter } from '../../src/main/api/router.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

/** What a confused or hostile client may send to any procedure. */
const INPUTS = [
  undefined,
  null,
  'text',
  -1,
  [],
  {},
  { id: 'one' },
  { id: -1 },
  { id: 1.5 },
  { id: 4_000_000_000 },
  { id: 1, extra: true },
  { id: '1; DROP TABLE runs' },
  { runId: [], step: '../../etc/passwd' },
  { runIds: 'all', names: {} },
  { path: '../../etc/passwd', file: '/etc/passwd' },
  { yaml: 'name: [' },
  { yaml: 7, where: {} },
  { id: 1, name: '<script>'.repeat(100) },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as unknown,
];

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
  await engine.client.studies.start.mutate({ yaml: studyYaml({ seeds: '[0]', variants: '[grpo]' }) });
  await engine.engine.queue.whenIdle();
});
after(() => engine.end());

test('input of wrong shape is refused by every procedure and never an internal error', async () => {
  const headers = { Authorization: `Bearer ${engine.token}`, 'Content-Type': 'application/json' };
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: 'query' | 'mutation' | 'subscription' } }>,
  ).filter(([, one]) => one._def.type !== 'subscription');
  assert.ok(procedures.length > 20);
  const before = counts();
  for (const [name, { _def }] of procedures) {
    let takesNothing = false; // what it is sent is then left unread: a few are enough
    for (const [at, input] of INPUTS.entries()) {
      if (takesNothing && at > 3) break;
      const body = input === undefined ? '' : JSON.stringify(input);
      const answer =
        _def.type === 'query'
          ? await fetch(`${engine.url}/api/${name}?input=${encodeURIComponent(body)}`, { headers })
          : await fetch(`${engine.url}/api/${name}`, { method: 'POST', headers, body });
      const text = await answer.text();
      takesNothing ||= at === 0 && answer.status === 200;
      assert.ok(
        answer.status === 200 || (answer.status >= 400 && answer.status < 500),
        `${name}(${body}): ${answer.status} ${text}`,
      );
      assert.doesNotMatch(text, /node:internal|at file:|SqliteError/, `${name}(${body})`);
    }
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.deepEqual(counts(), before);
  assert.equal(engine.engine.store.checkDatabase(), 'ok');
});

test('what is no JSON, and a procedure there is not, are refused', async () => {
  const headers = { Authorization: `Bearer ${engine.token}`, 'Content-Type': 'application/json' };
  const post = (path: string, body: string) => fetch(`${engine.url}/api/${path}`, { method: 'POST', headers, body });
  assert.equal((await post('studies.start', '{"yaml":')).status, 400);
  assert.equal((await post('studies.start', '\0\xff')).status, 400);
  assert.equal((await post('studies.burn', '{}')).status, 404);
  assert.equal((await post('__proto__.list', '{}')).status, 404);
});

/** Rows that no refused input may change. */
function counts() {
  const { database } = engine.engine.store;
  return ['studies', 'runs', 'metrics', 'responses'].map((table) =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
}
