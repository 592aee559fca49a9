/** The queue with a trainer that is no process at all: what the door promises to either side. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Engine } from '../../src/main/engine/engine.ts';
import { RunQueue, type RunQueueOptions } from '../../src/main/jobs/run-queue.ts';
import type { RunHandle, RunOutcome, RunPlan, RunSink, Trainer } from '../../src/main/jobs/trainer.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { MemoryLedger } from './memory-ledger.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-door-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** A trainer that does what the test says, and keeps what was asked of it. */
class TestTrainer implements Trainer {
  readonly asked: string[] = [];
  readonly ends: ((outcome: RunOutcome) => void)[] = [];
  plan: RunPlan | undefined;
  sink: RunSink | undefined;
  begin: (sink: RunSink) => void = () => {};
  problems: SophiaError[] = [];
  more: Partial<RunHandle> = {};

  check = () => this.problems;
  start(plan: RunPlan, sink: RunSink): RunHandle {
    Object.assign(this, { plan, sink });
    this.begin(sink);
    return this.#handle();
  }
  attach(reference: string, afterSequence: number, sink: RunSink): RunHandle | null {
    this.sink = sink;
    this.asked.push(`attach ${reference} after ${afterSequence}`);
    return reference === 'there' ? this.#handle() : null;
  }
  #handle(): RunHandle {
    const end = Promise.withResolvers<RunOutcome>();
    this.ends.push(end.resolve);
    const kill = () => {
      this.asked.push('kill');
      end.resolve({ state: 'stopped', reason: null });
    };
    return { outcome: end.promise, stop: () => void this.asked.push('stop'), kill, ...this.more };
  }
}

function setUp(options: Partial<RunQueueOptions> = {}) {
  const ledger = new MemoryLedger(home);
  ledger.create(1);
  const trainer = new TestTrainer();
  const queue = new RunQueue({ ledger, trainers: { native: trainer }, cores: 2, ...options });
  return { ledger, trainer, queue };
}

const alert = (step: number): RunEvent => ({ kind: 'alert', step, level: 'info', name: 'a', message: `m${step}` });
const started = async (trainer: TestTrainer) => {
  while (trainer.ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
};

describe('a trainer behind the door', () => {
  test('gets a plan, and what it says is on record when the sink returns', async () => {
    const { ledger, trainer, queue } = setUp({ environmentOf: () => ({ KEY: 'secret' }) });
    const seen: number[] = [];
    trainer.begin = (sink) => {
      for (const step of [1, 2]) {
        sink.event(alert(step), step);
        seen.push(ledger.get(1).events.length);
      }
      sink.event(alert(2), 2); // it is not sure whether that arrived
      seen.push(ledger.get(1).events.length);
    };
    queue.add([1]);
    await started(trainer);
    const { attempt, folder, environment, resume, threads } = trainer.plan!;
    assert.deepEqual(
      [attempt, folder, environment, resume, threads],
      [1, join(home, 'runs/1'), { KEY: 'secret' }, null, 2],
    );
    assert.deepEqual(seen, [1, 2, 2]);
    trainer.ends[0]!({ state: 'finished', reason: null });
    await queue.whenIdle();
    assert.equal(ledger.get(1).state, 'finished');
  });

  test('is asked to stop, then told to kill once the patience is over', async () => {
    const { ledger, trainer, queue } = setUp({ graceMs: 30 });
    queue.add([1]);
    await started(trainer);
    queue.stop(1);
    queue.stop(1);
    await queue.whenIdle();
    assert.deepEqual(trainer.asked, ['stop', 'kill']);
    assert.equal(ledger.get(1).state, 'stopped');
  });

  test('that says what cannot be written is ended, and nothing that it says later is taken', async () => {
    const { ledger, trainer, queue } = setUp();
    ledger.failOn = (event) => event.step === 2;
    queue.add([1]);
    await started(trainer);
    const { sink } = trainer;
    sink!.event(alert(1), 1);
    assert.throws(() => sink!.event(alert(2), 2), /disk is full/);
    assert.throws(() => sink!.event(alert(3), 3), /takes no more events/);
    assert.throws(() => sink!.reference('r'), /takes no more events/);
    await queue.whenIdle();
    assert.deepEqual(trainer.asked, ['kill']);
    assert.deepEqual([ledger.get(1).state, ledger.get(1).events.length], ['failed', 1]);
    assert.match(ledger.get(1).reason!, /disk is full/);
  });

  test('that leaves out an event is ended with what is missing', async () => {
    const { ledger, trainer, queue } = setUp();
    queue.add([1]);
    await started(trainer);
    trainer.sink!.event(alert(1), 1);
    assert.throws(() => trainer.sink!.event(alert(3), 3));
    await queue.whenIdle();
    assert.match(ledger.get(1).reason!, /event 3 came after 1/);
  });

  test('that throws instead of starting fails that run alone', async () => {
    const { ledger, trainer, queue } = setUp();
    ledger.create(2);
    trainer.begin = () => {
      trainer.begin = () => {};
      throw new Error('no such cluster');
    };
    queue.add([1, 2]);
    await started(trainer);
    trainer.ends[0]!({ state: 'finished', reason: null });
    await queue.whenIdle();
    assert.deepEqual([ledger.get(1).state, ledger.get(1).reason], ['failed', 'no such cluster']);
    assert.equal(ledger.get(2).state, 'finished');
  });

  test('whose runs outlive the engine is asked to let go, not to stop; the next engine attaches from the last event', async () => {
    const { ledger, trainer, queue } = setUp();
    trainer.more = { release: () => void trainer.asked.push('release') };
    trainer.begin = (sink) => sink.reference('there');
    queue.add([1]);
    await started(trainer);
    for (const step of [1, 2]) trainer.sink!.event(alert(step), step);
    await queue.close();
    assert.deepEqual(trainer.asked, ['release']);
    assert.equal(ledger.get(1).state, 'running');

    const next = new TestTrainer();
    const again = new RunQueue({ ledger, trainers: { native: next }, cores: 2 });
    again.attach();
    await started(next);
    assert.deepEqual([next.asked, again.running], [['attach there after 2'], [1]]);
    next.sink!.event(alert(2), 2);
    next.sink!.event(alert(3), 3);
    next.ends[0]!({ state: 'finished', reason: null });
    await again.whenIdle();
    assert.deepEqual(ledger.get(1).events, [alert(1), alert(2), alert(3)]);
    assert.deepEqual([ledger.get(1).state, ledger.get(1).attempts], ['finished', 1]);
  });

  test('that knows nothing of a run leaves it interrupted', async () => {
    const { ledger, trainer, queue } = setUp();
    ledger.beginAttempt(1, 0, 'native');
    ledger.keepReference(1, 1, 'gone');
    ledger.setState(1, 'running', null);
    queue.attach();
    await queue.whenIdle();
    assert.deepEqual(trainer.asked, ['attach gone after 0']);
    assert.deepEqual(
      [ledger.get(1).state, ledger.get(1).reason],
      ['interrupted', 'It ended while no engine was running. Resume continues from its last checkpoint.'],
    );
  });

  test('says what is wrong with settings before anything is queued', async () => {
    const trainer = new TestTrainer();
    trainer.problems = [new SophiaError('usage', 'loss.klEstimator = k1 is not known to it.', 'Use k3.')];
    const engine = new Engine({ home: join(home, 'checked'), trainers: () => ({ native: trainer }) });
    assert.throws(
      () => engine.startStudy(parseStudy(studyYaml(), 'test')),
      /klEstimator = k1 is not known to it\. Use k3/,
    );
    assert.equal(engine.store.listStudies().length, 0);
    await engine.close();
  });
});
