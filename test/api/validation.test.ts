/** Validation of the instrument through the API: started, watched, stopped; what it measured is read from the home. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeReport } from '../../src/main/store/validation/report-file.ts';
import { type TestEngine, testEngine } from '../setup/with-engine.ts';
import { temporaryFile } from '../store/helpers.ts';

/** A command line that takes its time and then says what it was asked. */
const SLOW = `
setTimeout(() => { console.log(JSON.stringify({ args: process.argv.slice(2) })); process.exit(1); }, 500);
`;
const FAILING = `console.error('sophia: Model "x" not found.'); process.exit(2);`;

async function ended(engine: TestEngine) {
  for (;;) {
    const overview = await engine.client.validation.get.query();
    if (overview.running === null) return overview;
    await sleep(50);
  }
}

const slow = temporaryFile(SLOW, 'slow.mjs');

describe('validation', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await testEngine({ commandLine: slow });
  });
  after(() => engine?.end());

  test('shows every world with its checks, and what the home has measured', async () => {
    const empty = await engine.client.validation.get.query();
    assert.deepEqual(
      empty.worlds.map(({ world }) => world),
      ['shortcut', 'flattery', 'cheap-flattery'],
    );
    assert.ok(empty.worlds.every(({ checks }) => checks.every(({ passed }) => passed === null)));
    const entry = {
      figures: [{ name: '', value: 0.5 }],
      detail: 'so many',
      threshold: 'at least 98 %',
      ...{ key: 'k', code: 'c', seconds: 1, at: 1 },
    };
    writeReport(engine.home, { world: 'shortcut', models: {}, checks: { 'cue-copied': entry } });
    const [shortcut] = (await engine.client.validation.get.query()).worlds;
    const line = shortcut?.checks.find(({ check }) => check === 'cue-copied');
    assert.deepEqual([line?.passed, line?.measured], [false, '50.0 %; so many']);
  });

  test('one goes on at a time; a failed check is an end like any other', async () => {
    const { client } = engine;
    await client.validation.start.mutate({ world: 'shortcut', quick: true });
    const { running } = await client.validation.get.query();
    assert.deepEqual([running?.world, running?.quick], ['shortcut', true]);
    await assert.rejects(client.validation.start.mutate({ quick: true }), /already/);
    const { problem } = await ended(engine);
    assert.equal(problem, null, 'exit code 1 with a report');
  });

  test('one that is stopped says so', async () => {
    await engine.client.validation.start.mutate({ quick: false });
    await engine.client.validation.stop.mutate();
    assert.equal((await ended(engine)).problem, 'Stopped.');
    await assert.rejects(engine.client.validation.stop.mutate(), /No validation/);
  });

  test('ends with its engine', async () => {
    const other = await testEngine({ commandLine: slow });
    await other.client.validation.start.mutate({ quick: true });
    await other.end();
    const again = await testEngine({ home: other.home, commandLine: slow });
    assert.equal((await ended(again)).problem, 'Stopped.');
    await again.end();
  });

  test('a world without checks is refused, and a validation that cannot run says why', async () => {
    await assert.rejects(engine.client.validation.start.mutate({ world: 'everyday' as never, quick: true }), /world/);
    const other = await testEngine({ commandLine: temporaryFile(FAILING, 'failing.mjs') });
    await other.client.validation.start.mutate({ quick: true });
    assert.match((await ended(other)).problem ?? '', /Model "x" not found/);
    await other.end();
  });
});
