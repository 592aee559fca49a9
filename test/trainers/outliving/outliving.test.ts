/** A run whose trainer outlives the engine: whatever happens to engines, its rows are there once, the same as of a run that nothing disturbed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../src/main/engine/engine.ts';
import { openStore, type Store } from '../../../src/main/store/store.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { isAlive } from '../../setup/is-alive.ts';
import { studyYaml } from '../../setup/with-engine.ts';
import { rowsOf } from '../../store/helpers.ts';
import { outlivingTrainer, outlivingTrainers } from './outliving-trainer.ts';

const STEPS = 40;
const study = (script: string, steps = STEPS) => studyYaml({ script, steps, seeds: '[0]', variants: '[full]' });
const ENGINE = fileURLToPath(new URL('./engine-to-kill.ts', import.meta.url));

let home: string;
const pidFile = () => join(home, 'runs/1/pid');
const pidOf = () => Number(readFileSync(pidFile(), 'utf8'));
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sophia-outliving-'));
});
afterEach(() => {
  if (existsSync(pidFile()) && isAlive(pidOf())) process.kill(pidOf(), 'SIGKILL');
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts an engine in a process of its own and kills it (-9) once a step is on disk. */
async function engineKilledAt(step: number, yaml?: string): Promise<void> {
  const engine = spawn(process.execPath, [ENGINE, home, ...(yaml === undefined ? [] : [yaml])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: engine.stdout })) if (Number(line) >= step) break;
  engine.kill('SIGKILL');
  await once(engine, 'exit');
}

function reading<T>(read: (store: ReturnType<typeof openStore>) => T): T {
  const store = openStore(home, { readonly: true });
  try {
    return read(store as Store);
  } finally {
    store.close();
  }
}

/** Every row that an undisturbed run of the same study has. */
async function undisturbed(yaml: string) {
  const other = mkdtempSync(join(tmpdir(), 'sophia-outliving-'));
  const engine = new Engine({ home: other, trainers: outlivingTrainers });
  engine.startStudy(parseStudy(yaml, 'test'));
  await engine.queue.whenIdle();
  const rows = { rows: rowsOf(engine.store, 1), events: saidBy(engine.store) };
  await engine.close();
  rmSync(other, { recursive: true, force: true });
  return rows;
}

/** Events of the trainer in order, without times; phases aside, whose rows take each other's place. */
const saidBy = (store: Store) =>
  store.database
    .prepare(
      "SELECT attempt, sequence, kind, step FROM events WHERE sequence IS NOT NULL AND kind <> 'phase' ORDER BY seq",
    )
    .all();

test('engines are killed in the middle, the run goes on, and its rows are there exactly once', {
  timeout: 120_000,
}, async () => {
  const yaml = study('fake:ms=25');
  await engineKilledAt(4, yaml);
  const { state, attempts } = reading((store) => store.run(1));
  assert.deepEqual([state, attempts.length, isAlive(pidOf())], ['running', 1, true]);
  const before = reading((store) => store.run(1).step);
  await sleep(200); // it takes steps that no engine sees
  await engineKilledAt(before + 8);
  const engine = new Engine({ home, trainers: outlivingTrainers });
  assert.deepEqual(engine.queue.running, [1]);
  await engine.queue.whenIdle();
  const run = engine.store.run(1);
  assert.deepEqual(
    [run.state, run.step, run.attempts.length, run.attempts[0]!.trainer],
    ['finished', STEPS, 1, 'native'],
  );
  const whole = await undisturbed(yaml);
  assert.deepEqual(rowsOf(engine.store, 1), whole.rows);
  assert.deepEqual(saidBy(engine.store), whole.events);
  assert.equal(engine.store.checkDatabase(), 'ok');
  await engine.close();
});

test('an engine that closes lets the run go on, and what it said meanwhile has its own times', {
  timeout: 120_000,
}, async () => {
  const first = new Engine({ home, trainers: outlivingTrainers });
  first.startStudy(parseStudy(study('fake:ms=25'), 'test'));
  while (first.store.run(1).step < 3) await sleep(10);
  await first.close();
  assert.equal(
    reading((store) => store.run(1).state),
    'running',
  );
  while (isAlive(pidOf())) await sleep(20);
  const endedAt = Date.now();
  await sleep(300);
  const second = new Engine({ home, trainers: outlivingTrainers });
  await second.queue.whenIdle();
  const run = second.store.run(1);
  assert.deepEqual([run.state, run.step], ['finished', STEPS]);
  assert.ok(run.finishedAt! <= endedAt, 'it finished while no engine was there');
  await second.close();
});

test('a run that ended while no engine was there is interrupted and goes on from its checkpoint', {
  timeout: 120_000,
}, async () => {
  const yaml = study('fake:ms=25', 12);
  await engineKilledAt(5, yaml);
  process.kill(pidOf(), 'SIGKILL');
  while (isAlive(pidOf())) await sleep(10);
  const engine = new Engine({ home, trainers: outlivingTrainers });
  await engine.queue.whenIdle();
  const { state, reason, step } = engine.store.run(1);
  assert.deepEqual([state, reason], ['interrupted', 'Its process ended.']);
  assert.ok(step >= 5, 'the steps that it took after the engine was killed are recorded');
  engine.resumeRun(1);
  await engine.queue.whenIdle();
  const run = engine.store.run(1);
  assert.deepEqual([run.state, run.attempts.length], ['finished', 2]);
  assert.deepEqual(rowsOf(engine.store, 1), (await undisturbed(yaml)).rows);
  await engine.close();
});

test('a run that its trainer does not find is interrupted; so is one whose trainer is not here', async () => {
  const before = openStore(home);
  const { studyId } = before.addStudy(parseStudy(studyYaml({ seeds: '[0]', variants: '[grpo, full]' }), 'test'));
  const ids = before.listRuns({ studyId }).map(({ id }) => id);
  for (const [i, id] of ids.entries()) {
    const { attempt } = before.startRun(id, { trainer: ['native', 'elsewhere'][i]! });
    before.keepReference(id, attempt, JSON.stringify({ folder: join(home, 'nowhere'), attempt }));
  }
  before.close();
  const engine = new Engine({ home, trainers: () => ({ native: outlivingTrainer }) });
  await engine.queue.whenIdle();
  assert.deepEqual(
    ids.map((id) => [engine.store.run(id).state, engine.store.run(id).reason]),
    [
      ['interrupted', 'It ended while no engine was running. Resume continues from its last checkpoint.'],
      ['interrupted', 'Its trainer "elsewhere" is not here. Resume continues from its last checkpoint.'],
    ],
  );
  await engine.close();
});

test('a run is stopped through an engine that has attached to it', { timeout: 60_000 }, async () => {
  await engineKilledAt(3, study('fake:ms=25', 2000));
  const engine = new Engine({ home, trainers: outlivingTrainers });
  engine.stopRun(1);
  await engine.queue.whenIdle();
  assert.equal(engine.store.run(1).state, 'stopped');
  assert.ok(!isAlive(pidOf()));
  await engine.close();
});
