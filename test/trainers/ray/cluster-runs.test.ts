/** Runs on a cluster through a real engine: whatever happens to the engine, the way or the head, each row is there once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isSeenHere } from '../../../src/main/trainers/ray/follow/storage-tail.ts';
import { Lab, oneRun, rowsThere, undisturbed } from './lab.ts';

const STEPS = 8;
const PACE = { PLAIN_SECONDS: '0.6' };
const ENGINE = fileURLToPath(new URL('./engine-to-kill.ts', import.meta.url));
const on = { timeout: 300_000 };

describe('a run on a cluster', { skip: process.platform === 'win32' && "the fake's jobs are POSIX ones" }, () => {
  let whole: Awaited<ReturnType<typeof undisturbed>>;
  let lab: Lab;
  before(async () => {
    whole = await undisturbed(STEPS);
  });
  beforeEach(async () => {
    lab = await Lab.start();
  });
  afterEach(() => lab.end());
  const rows = () => rowsThere(lab.engine.store);

  test('is a job with a pinned environment, and leaves the places of this machine to others', on, async () => {
    lab.fake.faults.pending = true;
    await lab.begin(STEPS);
    await lab.until(({ reason }) => /^Pending on lab: waiting for 1 CPU or its set-up\.$/.test(reason ?? ''));
    assert.equal(lab.engine.store.clusterOf(1), 'lab');
    const { body } = lab.fake.trained[0]!;
    assert.match(body.submission_id, /^sophia-[0-9a-f]{10}-1-1$/);
    assert.ok(body.runtime_env.pip!.includes('trl==1.16.0'));
    lab.fake.begin(lab.fake.trained[0]!);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().reason, lab.run().step], ['finished', null, STEPS]);
    assert.deepEqual(rows(), whole);
    assert.match(lab.engine.store.checkpoints(1)[0]!.uri, /^ray:\/\/lab\/.*\/run-1\/checkpoints\/step-000008$/);
  });

  test('goes on while engines are killed; the next one attaches to it', on, async () => {
    Object.assign(lab.fake.environment, PACE);
    await lab.engine.close();
    await engineKilledAt(2, oneRun(STEPS));
    await sleep(600); // it takes steps that no engine sees
    await engineKilledAt(4);
    lab.open();
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().attempts.length, lab.fake.trained.length], ['finished', 1, 1]);
    assert.deepEqual(rows(), whole);
  });

  test('is let go of by an engine that closes, and by its name nothing is submitted twice', on, async () => {
    lab.fake.faults.dropSubmission = true; // taken, but nobody here knows
    await lab.begin(STEPS, PACE);
    await lab.until(({ step }) => step >= 2);
    await lab.engine.close();
    assert.equal(lab.fake.trained.length, 1);
    lab.open();
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.fake.trained.length], ['finished', 1]);
    assert.deepEqual(rows(), whole);
  });

  test('loses nothing while the connection is lost, or the cluster refuses', on, async () => {
    await lab.begin(STEPS, PACE);
    await lab.until(({ step }) => step >= 2);
    lab.fake.faults.away = true;
    await lab.until(({ reason }) => /Cluster lab does not answer at .* Asking again\.$/.test(reason ?? ''));
    lab.fake.faults.away = false;
    lab.fake.faults.answers = { status: 401, text: '' };
    await lab.until(({ reason }) => /wants a token/.test(reason ?? ''));
    delete lab.fake.faults.answers;
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().reason], ['finished', null]);
    assert.deepEqual(rows(), whole);
  });

  test('whose log is cut short, or has holes, is read again from the storage', on, async () => {
    lab.fake.faults.logs = (text, id) => {
      if (!/-1-1$/.test(id)) return text;
      const lines = text.split('\n');
      return lines.filter((line, i) => i % 7 !== 3 && !line.includes('"kind":"finished"')).join('\n');
    };
    await lab.begin(STEPS, { ...PACE, PLAIN_CHATTER: '3' });
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().step], ['finished', STEPS]);
    assert.deepEqual(rows(), whole);
  });

  test(
    'is read from the storage where this machine sees it: its log is asked for only where it failed',
    on,
    async () => {
      lab.sees = isSeenHere;
      lab.fake.faults.logs = (text, id) => (/-1-1$/.test(id) ? '' : text); // nothing comes that way
      await lab.begin(STEPS, PACE);
      await lab.engine.queue.whenIdle();
      assert.deepEqual([lab.run().state, lab.run().step], ['finished', STEPS]);
      assert.deepEqual(rows(), whole);
      await lab.end();
      lab = await Lab.start();
      lab.sees = isSeenHere;
      await lab.begin(STEPS, { PLAIN_DIE: '3' });
      await lab.engine.queue.whenIdle();
      assert.match(lab.run().reason!, /^The job failed on lab: RuntimeError: the plain trainer was asked to die\./);
      assert.equal(lab.run().step, 2);
    },
  );

  test(
    'that a restarted head has lost keeps all that it said, and goes on from its checkpoint in the storage',
    on,
    async () => {
      await lab.begin(STEPS, PACE);
      lab.fake.faults.logs = (text, id) =>
        id.includes('read') ? text : text.split('\n').slice(0, 8).join('\n').concat('\n');
      await lab.until(({ step }) => step >= 1);
      lab.fake.faults.logs = (text, id) => (id.includes('read') ? text : '');
      await sleep(2500);
      lab.fake.restartHead();
      await lab.engine.queue.whenIdle();
      const { state, reason, step } = lab.run();
      assert.deepEqual(
        [state, reason],
        [
          'interrupted',
          'Cluster lab lost the job (its head was restarted). Resume continues from its last checkpoint.',
        ],
      );
      assert.ok(step >= 2, `${step}`);
      delete lab.fake.faults.logs;
      lab.engine.resumeRun(1);
      await lab.engine.queue.whenIdle();
      assert.deepEqual([lab.run().state, lab.run().attempts.length], ['finished', 2], lab.run().reason ?? '');
      assert.deepEqual(rows(), whole);
    },
  );

  test('is stopped after a checkpoint and goes on from it; one that waits is stopped at once', on, async () => {
    await lab.begin(STEPS, { PLAIN_SECONDS: '3' });
    await lab.until(({ step }) => step >= 1);
    lab.engine.stopRun(1);
    await lab.engine.queue.whenIdle();
    lab.fake.environment.PLAIN_SECONDS = '0';
    assert.equal(lab.run().state, 'stopped', lab.run().reason ?? '');
    assert.equal(lab.engine.store.checkpoints(1)[0]!.step, lab.run().step);
    lab.fake.faults.pending = true;
    lab.engine.resumeRun(1);
    await lab.until(({ reason }) => /^Pending/.test(reason ?? ''));
    lab.engine.stopRun(1);
    await lab.engine.queue.whenIdle();
    assert.equal(lab.run().state, 'stopped');
    lab.fake.faults.pending = false;
    const waited = lab.fake.trained.at(-1)!;
    assert.equal(waited.status, 'PENDING'); // as Ray leaves it
    waited.isToEnd = false; // it begins, and the stop comes late
    lab.fake.begin(waited);
    lab.engine.resumeRun(1);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().step], ['finished', STEPS], lab.run().reason ?? '');
    assert.deepEqual(rows(), whole);
  });

  test('that Ray gave up while it waited for a place waits again', on, async () => {
    lab.fake.faults.pending = true;
    await lab.begin(STEPS);
    await lab.until(({ reason }) => /^Pending/.test(reason ?? ''));
    lab.fake.giveUp(lab.fake.trained[0]!);
    while (lab.fake.trained[0]?.status !== 'PENDING') await sleep(20);
    assert.equal(lab.run().state, 'running');
    lab.fake.begin(lab.fake.trained[0]!);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().attempts.length], ['finished', 1], lab.run().reason ?? '');
    assert.deepEqual(rows(), whole);
  });

  test('whose node is lost is interrupted, and goes on from its checkpoint', on, async () => {
    await lab.begin(STEPS, PACE);
    await lab.until(({ step }) => step >= 3);
    lab.fake.loseNode(lab.fake.trained[0]!);
    await lab.engine.queue.whenIdle();
    assert.equal(lab.run().state, 'interrupted');
    assert.match(lab.run().reason!, /^Cluster lab lost the job: Job supervisor actor died: .* task\. Resume continues/);
    lab.engine.resumeRun(1);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().step], ['finished', STEPS], lab.run().reason ?? '');
    assert.deepEqual(rows(), whole);
  });

  test('that fails says what its log said last', on, async () => {
    await lab.begin(STEPS, { PLAIN_DIE: '3' });
    await lab.engine.queue.whenIdle();
    assert.equal(lab.run().state, 'failed');
    assert.match(
      lab.run().reason!,
      /^The job failed on lab: RuntimeError: the plain trainer was asked to die\. Resume continues/,
    );
    assert.equal(lab.run().step, 2);
  });

  test('whose trainer is killed says so, and goes on from its checkpoint with each row once', on, async () => {
    await lab.begin(STEPS, { PLAIN_KILL: '5', PLAIN_CHATTER: '1' });
    await lab.engine.queue.whenIdle();
    assert.equal(lab.run().state, 'failed');
    assert.match(
      lab.run().reason!,
      /^The job failed on lab: its trainer was ended by SIGKILL, as a machine does that has no memory left; its log ends: step 4: chatter 0\. Resume/,
    );
    assert.equal(lab.run().step, 4);
    lab.engine.resumeRun(1);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().step, lab.run().attempts.length], ['finished', STEPS, 2]);
    assert.deepEqual(rows(), whole);
  });

  test('that goes on keeps its cluster from being forgotten', on, async () => {
    lab.fake.faults.pending = true;
    await lab.begin(STEPS);
    await lab.until(({ reason }) => /^Pending/.test(reason ?? ''));
    assert.throws(
      () => lab.engine.changeSettings({ clusters: [] }),
      /Run 1 is running on cluster lab\. Stop it first\./,
    );
  });

  /** Starts an engine in a process of its own and kills it (-9) once a step is on disk. */
  async function engineKilledAt(step: number, yaml?: string): Promise<void> {
    const engine = spawn(process.execPath, [ENGINE, lab.home, ...(yaml === undefined ? [] : [yaml])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: engine.stdout })) if (Number(line) >= step) break;
    engine.kill('SIGKILL');
    await once(engine, 'exit');
  }
});
