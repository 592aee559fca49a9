/** Told in time: each event once, also over a restart; by a webhook, in Slack's form, by a command; a hook that hangs or fails holds nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterClosing } from '../../../src/main/jobs/run-end.ts';
import { Changes } from '../../../src/main/services/changes.ts';
import { NoticeLog } from '../../../src/main/services/notices/notice-log.ts';
import { Notifier } from '../../../src/main/services/notices/notifier.ts';
import { sendNotice } from '../../../src/main/services/notices/send-notice.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { explainExit } from '../../../src/main/trainers/native/explain-exit.ts';
import { type Notice, type NoticeHook, noticeHookSchema } from '../../../src/shared/app/notices.ts';
import { serve } from '../../rewards/thinking/fault-server.ts';
import { isAlive } from '../../setup/is-alive.ts';
import { studyYaml, testEngine } from '../../setup/with-engine.ts';

const EVENTS: NoticeHook['events'] = ['run-failed', 'study-finished', 'hacking', 'endpoint', 'disk'];
const hook = (change: Partial<NoticeHook>): NoticeHook => ({
  ...{ name: 'hook', way: 'webhook', target: '', secretVariable: '', events: EVENTS },
  ...change,
});
const NOTICE: Notice = {
  id: 'run-failed/1/2',
  event: 'run-failed',
  title: 'a-1 failed',
  text: 'x < y & "z"',
  path: '/runs/1',
  at: 5,
};

/** Waits until something holds; the test's own timeout ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

test('a webhook gets the notice as JSON with its secret, Slack its own form, escaped', async () => {
  const { base, seen } = await serve((_request, response) => response.end('ok'));
  const sent = await sendNotice(hook({ target: base, secretVariable: 'HOOK' }), NOTICE, { secret: 'abc' });
  assert.deepEqual([sent.works, seen[0]?.headers.authorization], [true, 'Bearer abc']);
  assert.deepEqual(JSON.parse(seen[0]!.body), NOTICE);
  await sendNotice(hook({ way: 'slack', secretVariable: 'URL_OF_SLACK' }), NOTICE, { secret: base });
  assert.deepEqual(JSON.parse(seen[1]!.body), { text: '*a-1 failed*\nx &lt; y &amp; "z"' });
  assert.equal(seen[1]!.headers.authorization, undefined, 'the address is the secret');
});

test('what does not arrive is said in words; only what surely did not is worth another try', async () => {
  const { base } = await serve((request, response) => {
    if (request.url?.endsWith('/hang')) return;
    if (request.url?.endsWith('/moved')) response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
    else response.writeHead(Number(request.url?.slice(-3))).end();
  });
  const tried = async (target: string, secretVariable = '', timeoutMs = 60_000) => {
    const { works, says, isWorthAnother } = await sendNotice(hook({ target, secretVariable }), NOTICE, {
      secret: null,
      timeoutMs,
    });
    assert.equal(works, false);
    return [says, isWorthAnother];
  };
  assert.deepEqual(await tried(`${base}/404`), ['the server answered 404', false]);
  assert.deepEqual(await tried(`${base}/503`), ['the server answered 503', true]);
  assert.deepEqual(await tried(`${base}/hang`, '', 300), ['no answer within 0.3 s', false]);
  assert.match(String((await tried(`${base}/moved`))[0]), /redirects elsewhere|cannot be reached/);
  assert.deepEqual(await tried('http://127.0.0.1:48123/'), ['the server cannot be reached (ECONNREFUSED)', true]);
  assert.deepEqual(await tried(base, 'NOT_SET'), ['its secret NOT_SET is not set', false]);
});

test('a command sees the notice, its own secret and no key of an endpoint; one that hangs is ended with all it started', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-hook-'));
  const command = (target: string, timeoutMs = 10_000) =>
    sendNotice(hook({ way: 'command', target, secretVariable: 'MINE' }), NOTICE, {
      ...{ secret: 's3', timeoutMs, hidden: new Set(['KEY_OF_AN_ENDPOINT']) },
    });
  process.env.KEY_OF_AN_ENDPOINT = 'sk-planted';
  try {
    const out = join(folder, 'out');
    assert.equal(
      (await command(`printf '%s|%s|%s|' "$SOPHIA_TITLE" "$MINE" "$KEY_OF_AN_ENDPOINT" > ${out}; cat >> ${out}`)).works,
      true,
    );
    assert.equal(readFileSync(out, 'utf8'), `a-1 failed|s3||${JSON.stringify(NOTICE)}`);
    assert.equal((await command('echo no such channel >&2; exit 3')).says, 'the command ended with 3: no such channel');
    assert.equal((await command('true')).works, true, 'its input need not be read');
    const pid = join(folder, 'pid');
    const { says } = await command(`sh -c 'echo $$ > ${pid}; sleep 60'`, 1000);
    assert.match(says, /did not end within 1 s and was stopped/);
    const child = Number(readFileSync(pid, 'utf8'));
    await until(() => !isAlive(child));
  } finally {
    delete process.env.KEY_OF_AN_ENDPOINT;
    rmSync(folder, { recursive: true, force: true });
  }
});

test('hooks are checked in words', () => {
  const fault = (change: Partial<NoticeHook>) => noticeHookSchema.safeParse(hook(change)).error?.issues[0]?.message;
  assert.match(fault({ target: 'ftp://x' })!, /http or https/);
  assert.match(fault({ way: 'slack' })!, /give the address, or the variable/);
  assert.match(fault({ way: 'command' })!, /what is to be run/);
  assert.match(fault({ target: 'http://x', events: [] })!, /at least one/);
  assert.equal(fault({ way: 'slack', secretVariable: 'SLACK' }), undefined);
});

const bodies = (seen: readonly { readonly body: string }[]) =>
  seen.map(({ body }) => (JSON.parse(body) as Notice).event);

test('a failed run and a finished study are told once each, by an engine that starts again too; a hook that hangs holds no run', {
  timeout: 240_000,
}, async () => {
  const { base, seen } = await serve((request, response) => {
    if (!request.url?.endsWith('/hang')) response.end();
  });
  const engine = await testEngine({ parallel: 1 });
  const hooks = [hook({ name: 'hangs', target: `${base}/hang` }), hook({ name: 'works', target: `${base}/ok` })];
  await engine.client.settings.change.mutate({ hooks });
  const start = (name: string, script: string) =>
    engine.client.studies.start.mutate({ yaml: studyYaml({ name, script, seeds: '[0]', variants: '[grpo]' }) });
  await start('breaks', 'fake:throw@2');
  await start('goes', 'fake');
  await engine.engine.queue.whenIdle();
  const arrived = () => seen.filter(({ url }) => url.endsWith('/ok'));
  await until(() => arrived().length === 2);
  assert.deepEqual(bodies(arrived()), ['run-failed', 'study-finished']);
  assert.match((JSON.parse(arrived()[0]!.body) as Notice).text, /breaks, grpo, seed 0, step 2: Loss is NaN at step 2/);
  assert.equal(engine.engine.store.study(2).states.finished, 1, 'though the other hook hangs');
  await engine.end();
});

test('what was told is not told again after a restart, nor forgotten: an event that was committed and not looked at is told then', async () => {
  const { base, seen } = await serve((_request, response) => response.end());
  let engine = await testEngine({ parallel: 1 });
  const { home } = engine;
  await engine.client.settings.change.mutate({ hooks: [hook({ target: base })] });
  await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'one', seeds: '[0]', variants: '[grpo]' }) });
  await engine.engine.queue.whenIdle();
  await until(() => seen.length === 1);
  await engine.stop();
  // As a crash leaves it: the place was not kept.
  const file = join(home, 'notices.json');
  const log = JSON.parse(readFileSync(file, 'utf8')) as { cursor: number };
  writeFileSync(file, JSON.stringify({ ...log, cursor: 0 }));
  engine = await testEngine({ home, parallel: 1 });
  await sleep(500);
  assert.equal(seen.length, 1, 'not again');
  await engine.stop();
  writeFileSync(file, JSON.stringify({ cursor: 0, isDiskLow: false, notices: [] }));
  engine = await testEngine({ home, parallel: 1 });
  await until(() => seen.length === 2);
  assert.deepEqual(bodies(seen), ['study-finished', 'study-finished']);
  const [told] = await engine.client.notices.list.query({ limit: 5 });
  assert.deepEqual(
    told?.deliveries.map(({ state }) => state),
    ['sent'],
  );
  await engine.end();
});

test('a server that is down for a moment is tried again; what was under way when the engine ended is not sent twice', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-notices-'));
  const store = openStore(home);
  const { base, seen } = await serve((_request, response, _body, call) =>
    response.writeHead(call < 3 ? 503 : 200).end(),
  );
  let problem: string | null = '0.5 GiB are free.';
  const notifier = () =>
    new Notifier({
      ...{ store, changes: new Changes(), hooks: () => [hook({ target: base })], secrets: () => ({ secret: null }) },
      ...{ diskProblem: () => Promise.resolve(problem), waitsMs: [10, 10] },
    });
  const first = notifier();
  await first.checkDisk();
  await first.checkDisk();
  await until(() => first.list(1)[0]?.deliveries[0]?.state === 'sent');
  assert.equal(seen.length, 3, 'two refusals and one that arrived');
  problem = null;
  await first.checkDisk();
  problem = '0.4 GiB are free.';
  await first.checkDisk();
  await until(() => first.list(2).every(({ deliveries }) => deliveries[0]?.state === 'sent'));
  assert.deepEqual(
    first.list(2).map(({ text }) => text),
    ['0.4 GiB are free.', '0.5 GiB are free.'],
    'told again after it was not low',
  );
  await first.close();
  const log = new NoticeLog(home, 0);
  log.add({ ...NOTICE, id: 'cut' }, ['hook']);
  log.set('cut', 'hook', 'sending', '');
  const second = notifier();
  await sleep(100);
  assert.deepEqual(second.list(1)[0]?.deliveries[0], {
    hook: 'hook',
    state: 'unknown',
    says: 'the engine ended while it was sent',
  });
  assert.equal(seen.length, 4);
  await second.close();
  store.close();
  await second.close(); // an engine may be asked to end twice
  rmSync(home, { recursive: true, force: true });
});

test('the watch for hacking, an endpoint that fails and a run that was killed are told; runs of an archive are not', async () => {
  const { noticesOfEvents, noticesOfPoints } = await import('../../../src/main/services/notices/find-notices.ts');
  const engine = await testEngine({ parallel: 1 });
  await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'seen', seeds: '[0]', variants: '[full]' }) });
  await engine.engine.queue.whenIdle();
  const { store } = engine.engine;
  const event = (kind: string, data: object) =>
    ({ seq: 900, runId: 1, attempt: 1, kind, step: 4, at: 7, data }) as never;
  const alert = event('alert', { level: 'warning', name: 'hacking/rubric', message: 'R^t +0.2, rubric -0.1.' });
  const [hacking, ...more] = noticesOfEvents(store, [
    alert,
    event('alert', { level: 'info', name: 'length', message: '' }),
  ]);
  assert.deepEqual([hacking?.event, hacking?.id, more.length], ['hacking', 'hacking/1/900', 0]);
  assert.match(hacking!.text, /seen, full, seed 0, step 4: R\^t/);
  const paused = event('state', {
    state: 'paused',
    reason: '3 thinking scores failed (reward.endpoint.onFailure = pause).',
  });
  assert.deepEqual(
    noticesOfEvents(store, [paused]).map((notice) => notice.event),
    ['endpoint'],
  );
  // The system kills what takes too much memory, at night too; an engine that is closed does so before someone's eyes.
  const killed = { code: null, signal: 'SIGKILL', stopAsked: false, last: undefined, tail: '' } as const;
  const ended = (outcome: { reason: string | null }) =>
    noticesOfEvents(store, [event('state', { state: 'interrupted', reason: outcome.reason })]);
  const titles = [explainExit(killed), afterClosing('shutdown')].map((end) => ended(end).map(({ title }) => title));
  assert.deepEqual(titles, [[`${store.run(1).name} was interrupted`], []]);
  const point = (metric: string, value: number) => ({ runId: 1, metric, step: 3, value });
  const points = (failures: number) => [point('thinking/failures', failures), point('thinking/asked', 8)];
  assert.equal(noticesOfPoints(store, points(3)).length, 0);
  assert.deepEqual(
    noticesOfPoints(store, points(4)).map(({ id }) => id),
    ['endpoint/1/1'],
    'one for each attempt',
  );
  const elsewhere = { ...store, run: (id: number) => ({ ...store.run(id), origin: { format: 'archive' } }) } as never;
  assert.deepEqual(noticesOfEvents(elsewhere, [alert, paused]), []);
  await engine.end();
});
