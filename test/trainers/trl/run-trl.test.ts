/** Runs of trainer trl through a real engine, with a stand-in for Python that says fake training's events. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../../src/main/engine/engine.ts';
import { readRun } from '../../../src/main/trainers/trl/run-file.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';

const STAND_IN = join(import.meta.dirname, 'stand-in.ts');
const STUDY = (more = '') => `name: by-trl
variants: [full]
seeds: [0]
settings:
  trainer: trl
  training: { totalSteps: 12, questionsPerStep: 2, numGenerations: 4 }
  evaluation: { benchmarks: [chart-test], questions: 2 }
${more}`;

let home: string;
let engine: Engine;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sophia-by-trl-'));
});
afterEach(async () => {
  await engine?.close();
  delete process.env.SOPHIA_TRL_PYTHON;
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});

/** Names a Python that is the stand-in with a script of fake-training.ts. */
function standIn(script: string): void {
  const file = join(home, 'python');
  const node = `'${process.execPath}' --disable-warning=ExperimentalWarning`;
  writeFileSync(
    file,
    `#!/bin/sh\n[ "$1" = -c ] && { echo 3 12; exit; }\nexec ${node} '${STAND_IN}' '${script},' "$@"\n`,
  );
  chmodSync(file, 0o755);
  process.env.SOPHIA_TRL_PYTHON = file;
}

async function trained(script: string): Promise<ReturnType<Engine['store']['run']>> {
  standIn(script);
  engine = new Engine({ home });
  engine.startStudy(parseStudy(STUDY(), 'test'));
  await engine.queue.whenIdle();
  return engine.store.run(1);
}

describe('a run of trainer trl', { skip: process.platform === 'win32' && 'the stand-in is a shell script' }, () => {
  test('is given its questions, says its events, and is recorded as any other', { timeout: 240_000 }, async () => {
    const run = await trained('ms=1');
    assert.deepEqual([run.state, run.step, run.attempts[0]!.trainer], ['finished', 12, 'trl']);
    const { run: file, lines } = readRun(join(home, 'runs/1/trl'));
    assert.deepEqual([file.steps.length, file.steps[0]!.length, file.benchmarks.length], [12, 2, 1]);
    for (const { pictures } of lines.values())
      for (const picture of pictures) assert.ok(existsSync(join(home, 'runs/1/trl/pictures', picture)));
    assert.deepEqual(file.rater?.head, { kind: 'score' });
    assert.match(readFileSync(join(home, 'runs/1/worker.log'), 'utf8'), /noise that is no event/);
  });

  test('stops when it is asked to', { timeout: 240_000 }, async () => {
    standIn('ms=100');
    engine = new Engine({ home });
    engine.startStudy(parseStudy(STUDY(), 'test'));
    while (engine.store.run(1).step < 2) await sleep(20);
    engine.stopRun(1);
    await engine.queue.whenIdle();
    const run = engine.store.run(1);
    assert.equal(run.state, 'stopped');
    assert.ok(run.step < 12);
  });

  test('whose process dies says so, and goes on from its last checkpoint', { timeout: 240_000 }, async () => {
    const run = await trained('ms=1,exit@6');
    assert.equal(run.state, 'failed');
    assert.match(run.reason!, /^TRL's process ended with code 7\. What it wrote is in the log of the run/);
    engine.resumeRun(1);
    await engine.queue.whenIdle();
    const again = engine.store.run(1);
    assert.deepEqual([again.state, again.step, again.attempts.length], ['finished', 12, 2]);
  });

  test('that says something else than events ends by naming the line', { timeout: 240_000 }, async () => {
    const run = await trained('ms=1,chatter@3');
    assert.equal(run.state, 'failed');
    assert.match(run.reason!, /^line \d+ of TRL's events is not JSON/);
  });

  test('is refused before it is queued where TRL cannot do it', () => {
    standIn('');
    engine = new Engine({ home });
    const study = STUDY('  loss: { klEstimator: k1 }\n');
    assert.throws(
      () => engine.startStudy(parseStudy(study, 'test')),
      /loss\.klEstimator = "k1" cannot be had with trainer trl/,
    );
    assert.equal(engine.store.listRuns({}).length, 0);
  });
});
