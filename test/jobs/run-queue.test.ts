import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunQueue, type RunQueueOptions } from '../../src/main/jobs/run-queue.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { fakeTrainer } from '../trainers/fake/fake-trainer.ts';
import { MemoryLedger } from './memory-ledger.ts';

const [A, B, C, crash, bug, nan, exit, good, killed, whole] = [1, 2, 3, 11, 12, 13, 14, 15, 21, 22] as const;
const homes: string[] = [];
after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

function setUp(options: Partial<RunQueueOptions> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'sophia-jobs-'));
  homes.push(home);
  const ledger = new MemoryLedger(home);
  const queue = new RunQueue({ ledger, trainers: { native: fakeTrainer() }, cores: 2, ...options });
  return { home, ledger, queue };
}

/** Resolves with the queue's events as they come. */
function watching() {
  const waiters: { wanted: (event: RunEvent) => boolean; resolve: () => void }[] = [];
  return {
    onEvent: (_runId: number, event: RunEvent) => {
      for (const waiter of waiters) if (waiter.wanted(event)) waiter.resolve();
    },
    until: (wanted: (event: RunEvent) => boolean) => new Promise<void>((resolve) => waiters.push({ wanted, resolve })),
  };
}

const lastWeights = (ledger: MemoryLedger, runId: number) =>
  ledger.get(runId).events.find((event) => event.kind === 'finished')?.weightsHash;
const untimed = (events: RunEvent[]) =>
  events.filter((event) => event.kind !== 'started' && event.kind !== 'alert' && event.kind !== 'questions');

describe('run queue', { concurrency: 2 }, () => {
  test('runs every queued run to its end, every step once and in order', async () => {
    const { ledger, queue } = setUp({ parallel: 2 });
    for (const id of [A, B, C]) ledger.create(id);
    queue.add([A, B, C]);
    await queue.whenIdle();
    for (const id of [A, B, C]) {
      assert.equal(ledger.get(id).state, 'finished', ledger.get(id).reason ?? '');
      assert.deepEqual(ledger.steps(id), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  test('divides the cores between the places', async () => {
    const { ledger, queue } = setUp({ parallel: 2, cores: 8 });
    ledger.create(A);
    queue.add([A]);
    await queue.whenIdle();
    const started = ledger.get(A).events.find((event) => event.kind === 'started');
    assert.equal(started?.environment.threads, 4);
  });

  test('a native crash, a bug and a divergence take one run down each, with a plain reason, and the others go on', async () => {
    const { ledger, queue } = setUp({ parallel: 2 });
    ledger.create(crash, 'fake:abort@3');
    ledger.create(bug, 'fake:bug@2');
    ledger.create(nan, 'fake:throw@2');
    ledger.create(exit, 'fake:exit@2');
    ledger.create(good);
    queue.add([crash, bug, nan, exit, good]);
    await queue.whenIdle();
    assert.deepEqual(
      [crash, bug, nan, exit, good].map((id) => ledger.get(id).state),
      ['failed', 'failed', 'failed', 'failed', 'finished'],
    );
    assert.match(ledger.get(crash).reason!, /native code \(SIGABRT\)/);
    assert.match(ledger.get(bug).reason!, /undefined is not a tensor/);
    assert.equal(ledger.get(nan).reason, 'Loss is NaN at step 2. Lower the rate.');
    assert.match(ledger.get(exit).reason!, /ended with code 7/);
    assert.deepEqual(ledger.steps(nan), [1, 2], 'the data of the failing step is kept');
  });

  test('after kill -9 a resumed run equals one that was never interrupted, rows and weights', async () => {
    const { ledger, queue } = setUp();
    ledger.create(killed, 'fake:kill@7');
    ledger.create(whole, 'fake');
    queue.add([killed, whole]);
    await queue.whenIdle();
    assert.equal(ledger.get(killed).state, 'interrupted');
    assert.match(ledger.get(killed).reason!, /killed from outside \(SIGKILL/);
    queue.add([killed]);
    await queue.whenIdle();
    assert.equal(ledger.get(killed).state, 'finished');
    assert.deepEqual(untimed(ledger.get(killed).events), untimed(ledger.get(whole).events));
    assert.equal(lastWeights(ledger, killed), lastWeights(ledger, whole));
  });

  test('a checkpoint that was cut short is passed over for the one before, and said so', async () => {
    const { ledger, queue } = setUp();
    ledger.create(A, 'fake:kill@10', 12);
    queue.add([A]);
    await queue.whenIdle();
    const [newest] = ledger.checkpoints(A);
    assert.equal(newest!.step, 8);
    truncateSync(ledger.place(A, newest!), 1);
    queue.add([A]);
    await queue.whenIdle();
    assert.equal(ledger.get(A).state, 'finished');
    const alerts = ledger.get(A).events.filter((event) => event.kind === 'alert');
    assert.match(alerts[0]!.message, /step 8 was altered or cut short/);
    assert.deepEqual(ledger.steps(A), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('from an older checkpoint a run equals one that was never interrupted; where that one is altered it keeps all its steps', async () => {
    const { ledger, queue } = setUp();
    ledger.create(A, 'fake:kill@10', 12);
    ledger.create(whole, 'fake', 12);
    queue.add([A, whole]);
    await queue.whenIdle();
    const oldest = ledger.checkpoints(A).at(-1)!;
    const sound = readFileSync(ledger.place(A, oldest));
    truncateSync(ledger.place(A, oldest), 1);
    queue.add([A], { fromStep: 4 });
    await queue.whenIdle();
    const { state, reason, attempts } = ledger.get(A);
    assert.deepEqual([state, attempts, ledger.steps(A).length], ['failed', 1, 10]);
    assert.match(
      reason!,
      /^Checkpoint of step 4 was altered .*\. Nothing was cut off\. Resume from another checkpoint\.$/,
    );
    writeFileSync(ledger.place(A, oldest), sound);
    queue.add([A], { fromStep: 4 });
    assert.equal(queue.stop(A), true, 'stopped while its checkpoint is looked at');
    await queue.whenIdle();
    assert.equal(ledger.get(A).attempts, 1);
    queue.add([A], { fromStep: 4 });
    await queue.whenIdle();
    assert.deepEqual(untimed(ledger.get(A).events), untimed(ledger.get(whole).events));
    assert.equal(lastWeights(ledger, A), lastWeights(ledger, whole));
  });

  test('with every checkpoint altered the run is paused, and starts again from nothing only where that is asked for', async () => {
    const { ledger, queue } = setUp();
    ledger.create(A, 'fake:kill@6');
    queue.add([A]);
    await queue.whenIdle();
    for (const checkpoint of ledger.checkpoints(A)) writeFileSync(ledger.place(A, checkpoint), '0');
    ledger.get(A).settings.model.policy = 'fake';
    queue.add([A]);
    await queue.whenIdle();
    assert.equal(ledger.get(A).state, 'paused');
    assert.match(
      ledger.get(A).reason!,
      /^Checkpoint of step 4 was altered .* Nothing was cut off\. .*--from-step 0\.$/,
    );
    assert.equal(ledger.get(A).attempts, 1);
    queue.add([A], { fromStep: 0 });
    await queue.whenIdle();
    assert.deepEqual(ledger.steps(A), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('stop ends a run at a step and a waiting run at once', async () => {
    const watch = watching();
    const { ledger, queue } = setUp({ onEvent: watch.onEvent });
    ledger.create(A, 'fake:ms=20', 1000);
    ledger.create(B);
    queue.add([A, B]);
    await watch.until((event) => event.kind === 'step' && event.step === 3);
    queue.stop(B);
    queue.stop(A);
    await queue.whenIdle();
    assert.equal(ledger.get(A).state, 'stopped');
    assert.equal(ledger.get(B).state, 'stopped');
    assert.ok(ledger.steps(A).length < 1000);
    assert.equal(queue.stop(A), false);
  });

  test('a run that does not listen is killed after the grace time', async () => {
    const watch = watching();
    const { ledger, queue } = setUp({ onEvent: watch.onEvent, graceMs: 200 });
    ledger.create(A, 'fake:deaf,ms=20', 100000);
    queue.add([A]);
    await watch.until((event) => event.kind === 'step');
    queue.stop(A);
    await queue.whenIdle();
    assert.equal(ledger.get(A).state, 'stopped');
  });

  test('closing the queue leaves runs interrupted, to be resumed', async () => {
    const watch = watching();
    const { ledger, queue } = setUp({ onEvent: watch.onEvent });
    ledger.create(A, 'fake:ms=20', 1000);
    ledger.create(B);
    queue.add([A, B]);
    await watch.until((event) => event.kind === 'step');
    await queue.close();
    assert.equal(ledger.get(A).state, 'interrupted');
    assert.equal(ledger.get(B).state, 'interrupted');
  });

  test('a database that cannot be written fails the run and says why; the worker does not go on', async () => {
    const { ledger, queue } = setUp();
    ledger.failOn = (event) => event.kind === 'step' && event.step === 3;
    ledger.create(A);
    queue.add([A]);
    await queue.whenIdle();
    assert.equal(ledger.get(A).state, 'failed');
    assert.match(ledger.get(A).reason!, /database or disk is full/);
    assert.deepEqual(ledger.steps(A), [1, 2]);
  });

  test('a full disk pauses the run and starts no other; the states are written when there is room, and all can go on', async () => {
    const states: string[] = [];
    let filled = false;
    const { ledger, queue } = setUp({
      onEvent: (_runId, event) => {
        if (event.kind === 'step' && event.step === 3 && !filled) ledger.full = filled = true;
      },
      onState: (runId, state, reason) => states.push(`${runId} ${state} ${reason ?? ''}`.trim()),
    });
    for (const id of [A, B]) ledger.create(id);
    queue.add([A, B]);
    await queue.whenIdle();
    assert.deepEqual(states.slice(-2), [
      '1 paused The disk is full. Free space, then resume.',
      '2 interrupted It was queued. The disk is full. Free space, then resume.',
    ]);
    assert.equal(ledger.get(A).state, 'running', 'the end could not be written yet');
    ledger.full = false;
    while (ledger.get(A).state !== 'paused' || ledger.get(B).state !== 'interrupted') await sleep(20);
    queue.add([A, B]);
    await queue.whenIdle();
    for (const id of [A, B]) assert.deepEqual(ledger.steps(id), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await queue.close();
  });

  test('what a run prints is kept in its folder', async () => {
    const { home, ledger, queue } = setUp();
    ledger.create(A, 'fake:bug@1');
    queue.add([A]);
    await queue.whenIdle();
    assert.ok(readdirSync(join(home, 'runs/1')).includes('worker.log'));
    assert.match(readFileSync(join(home, 'runs/1/worker.log'), 'utf8'), /TypeError: undefined is not a tensor/);
  });
});
