/**
 * Runs on a real head of Ray 2.60 with PyTorch and TRL: a study to its table while its engine is killed, stop and resume, and that the head answers
 * as the fake does. SOPHIA_TEST_RAY=1; takes ten minutes and more.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../../src/main/engine/engine.ts';
import { stepQuestions } from '../../../../src/main/train/question-stream.ts';
import { homeName } from '../../../../src/main/trainers/ray/ray-job.ts';
import { packRun } from '../../../../src/main/trainers/ray/ray-package.ts';
import type { builtInTrainers } from '../../../../src/main/trainers/trainers.ts';
import { trlTrainer } from '../../../../src/main/trainers/trl/trl-trainer.ts';
import type { Cluster } from '../../../../src/shared/settings/cluster.ts';
import { parseStudy, planRuns } from '../../../../src/shared/study/study.ts';
import { sophia } from '../../../e2e/command-line.ts';
import { rowsOf, temporaryFolder } from '../../../store/helpers.ts';
import { FakeJobsApi } from '../fake-jobs-api.ts';
import { answersOf } from './answers-of.ts';
import { NO_RAY, RealHead, TOKEN_VARIABLE } from './real-head.ts';
import { rowsOfFile } from './replay.ts';

const ENGINE = fileURLToPath(new URL('../engine-to-kill.ts', import.meta.url));
const STEPS = 6;
/** Of a run that loses a worker in its third step, or soon after. */
const STRUCK = 16;
const on = { timeout: 1_800_000 };

const study = (steps = STEPS, more = ''): string => `name: real
variants: [full]
seeds: [0]
settings:
  trainer: trl
  training: { totalSteps: ${steps}, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 2, learningRate: 1.0e-4 }
  evaluation: { benchmarks: [chart-test], questions: 4 }
${more}`;

describe('on a real head of Ray', { skip: NO_RAY, ...on }, () => {
  let head: RealHead;
  let home: string;
  let storage: string;
  before(async () => {
    head = await RealHead.start();
    storage = join(temporaryFolder(), 'storage');
    mkdirSync(storage);
  });
  after(() => head?.end());

  const cluster = (more: Partial<Cluster> = {}): Cluster => ({
    name: 'lab',
    address: head.address,
    tokenVariable: TOKEN_VARIABLE,
    storage,
    gpus: 0,
    cpus: 1,
    memoryGiB: 0,
    packages: 'cluster',
    ...more,
  });
  const open = (): Engine =>
    new Engine({
      home,
      trainers: (place) => ({ trl: trlTrainer({ ...place, pace: { pollMs: 500, quietMs: 600_000 } }) }),
    });
  /** A new home that knows the cluster. */
  async function lab(more: Partial<Cluster> = {}): Promise<Engine> {
    home = temporaryFolder();
    const engine = open();
    engine.changeSettings({ clusters: [cluster(more)] });
    return engine;
  }
  const files = ({ store }: Engine) => join(storage, 'sophia', homeName(store.paths.home));
  async function until(engine: Engine, holds: (run: ReturnType<Engine['store']['run']>) => boolean): Promise<void> {
    while (!holds(engine.store.run(1))) {
      const { state, reason } = engine.store.run(1);
      assert.ok(engine.queue.running.length > 0, `It ended: ${state}, ${reason}`);
      await sleep(200);
    }
  }

  test('it answers as the fake does', on, async () => {
    const fake = await FakeJobsApi.start();
    fake.token = process.env[TOKEN_VARIABLE] ?? null;
    const [real, recorded] = [await answersOf(head.address), await answersOf(fake.address)];
    await fake.end();
    assert.deepEqual(real, recorded);
  });

  test('it is checked, and says what a run would miss', on, async () => {
    const engine = await lab({ gpus: 1 });
    const { rayVersion, nodes, cpus, gpus, warnings, problems } = await engine.checkCluster('lab');
    assert.deepEqual(
      { rayVersion, nodes, cpus, gpus, warnings },
      { rayVersion: '2.60.0', nodes: 1, cpus: 2, gpus: 0, warnings: [] },
    );
    assert.match(problems.map(({ message }) => message).join(), /^Cluster lab: it has 0 GPUs and a run asks for 1\. /);
    await engine.close();
  });

  test(
    'a study trains to its table while its engine is killed; its rows are those of the job’s own file',
    on,
    async () => {
      const first = await lab();
      await first.close();
      const child = spawn(process.execPath, [ENGINE, home, study()], { stdio: ['ignore', 'pipe', 'inherit'] });
      for await (const line of createInterface({ input: child.stdout })) if (Number(line) >= 2) break;
      child.kill('SIGKILL');
      await once(child, 'exit');
      const engine = open();
      const before = engine.store.run(1).step;
      await engine.queue.whenIdle();
      const { state, reason, step, attempts } = engine.store.run(1);
      assert.deepEqual([state, reason, step, attempts.length], ['finished', null, STEPS, 1]);
      assert.ok(before < STEPS, `it was killed at step ${before}`);
      const rows = rowsOf(engine.store, 1) as { responses: unknown[] };
      assert.equal(rows.responses.length, STEPS * 8);
      assert.deepEqual(rows, await rowsOfFile(study(), join(files(engine), 'run-1/attempt-001/events.jsonl')));
      await engine.close();
      const { out, code } = await sophia('table', 'real', '--home', home);
      assert.equal(code, 0);
      assert.match(out, /\| full \(SophiaVL-R1\) \|/);
    },
  );

  test(
    'a stopped run goes on from its checkpoint; one that waits for a place is stopped, and does nothing later',
    on,
    async () => {
      const engine = await lab();
      const long = study(60);
      await engine.startStudyOn('lab', parseStudy(long, 'test'), long);
      await until(engine, ({ step }) => step >= 2);
      engine.stopRun(1);
      await engine.queue.whenIdle();
      const stopped = engine.store.run(1);
      assert.equal(stopped.state, 'stopped', stopped.reason ?? '');
      assert.equal(engine.store.checkpoints(1)[0]!.step, stopped.step);
      engine.resumeRun(1);
      await until(engine, ({ step }) => step > stopped.step);
      engine.changeSettings({ clusters: [cluster({ cpus: 2 })] });
      const other = study(2).replace('name: real', 'name: waiting');
      await engine.startStudyOn('lab', parseStudy(other, 'test'), other);
      while (!/^Pending on lab: waiting for 2 CPUs/.test(engine.store.run(2).reason ?? '')) await sleep(200);
      engine.stopRun(2);
      while (engine.store.run(2).state === 'running') await sleep(200);
      assert.equal(engine.store.run(2).state, 'stopped', engine.store.run(2).reason ?? '');
      engine.stopRun(1);
      await engine.queue.whenIdle();
      assert.equal(engine.store.run(1).state, 'stopped', engine.store.run(1).reason ?? '');
      assert.ok(engine.store.run(1).step > stopped.step);
      await engine.close();
    },
  );

  test(
    'two workers train one run on two nodes: its groups are those of one, weighed alike, and its rows are there once',
    on,
    async () => {
      const engine = await lab({ cpus: 2 }); // of each worker, and of each node
      await head.joined(() => engine.checkCluster('lab'));
      engine.changeSettings({ clusters: [cluster({ cpus: 4 })] });
      const [tooWide] = (await engine.checkCluster('lab')).problems;
      assert.match(tooWide?.message ?? '', /its largest node has 2 CPUs and a run asks for 4/);
      engine.changeSettings({ clusters: [cluster({ cpus: 2 })] });
      const two = study(4).replace('training: {', 'training: { workers: 2,').replace('name: real', 'name: two');
      await engine.startStudyOn('lab', parseStudy(two, 'test'), two);
      await engine.queue.whenIdle();
      const { state, reason, step } = engine.store.run(1);
      assert.deepEqual([state, reason, step], ['finished', null, 4]);
      const attempt = join(files(engine), 'run-1/attempt-001');
      const rows = rowsOf(engine.store, 1) as { responses: { step: number; group: number; questionId: string }[] };
      assert.equal(rows.responses.length, 4 * 8);
      const { settings } = engine.store.run(1);
      for (const response of rows.responses)
        assert.equal(response.questionId, stepQuestions(settings, response.step, null)[response.group]!.id);
      assert.deepEqual(rows, await rowsOfFile(two, join(attempt, 'events.jsonl')));
      const states = readdirSync(join(attempt, '../checkpoints/step-000004')).filter((name) => name.startsWith('rng_'));
      assert.deepEqual(states.sort(), ['rng_state_0.pth', 'rng_state_1.pth']); // both took part
      await engine.close();
    },
  );

  for (const [what, strike] of [
    ['one of two workers that is killed', () => Promise.resolve(head.killWorker())],
    ['the node of one of two workers that leaves', () => head.leave()],
  ] as const)
    test(
      `${what} ends its run in a line; it goes on from its checkpoint, and its rows are there once`,
      on,
      async () => {
        const engine = await lab({ cpus: 2 });
        await head.joined(() => engine.checkCluster('lab'));
        const two = study(STRUCK)
          .replace('training: {', 'training: { workers: 2,')
          .replace('name: real', 'name: struck');
        await engine.startStudyOn('lab', parseStudy(two, 'test'), two);
        await until(engine, ({ step }) => step >= 3);
        await strike();
        await engine.queue.whenIdle();
        const struck = engine.store.run(1);
        console.log(`${what}: ${struck.state}: ${struck.reason}`);
        assert.ok(['failed', 'interrupted'].includes(struck.state), struck.state);
        assert.match(
          struck.reason ?? '',
          /^(Another process of this run ended, or its node left|The job failed on lab: \S|Cluster lab lost the job).*Resume/,
        );
        assert.ok(struck.step >= 3 && struck.step < STRUCK);
        await head.joined(() => engine.checkCluster('lab'));
        engine.resumeRun(1);
        await engine.queue.whenIdle();
        const { state, reason, step, attempts } = engine.store.run(1);
        assert.deepEqual([state, reason, step, attempts.length], ['finished', null, STRUCK, 2]);
        const { responses } = rowsOf(engine.store, 1) as {
          responses: { step: number; group: number; sample: number }[];
        };
        assert.equal(new Set(responses.map((one) => `${one.step} ${one.group} ${one.sample}`)).size, STRUCK * 8);
        assert.equal(responses.length, STRUCK * 8);
        await engine.close();
      },
    );

  test('pictures of a package that is too large lie in the storage, where TRL reads them', on, async () => {
    await (await lab()).close();
    const [{ settings }] = planRuns(parseStudy(study(2), 'test')) as [ReturnType<typeof planRuns>[number]];
    const parts = { home, cluster: cluster(), codeVersion: 'x', into: temporaryFolder(), place: async () => '/s' };
    const { file } = await packRun({ name: 'run-1', settings }, parts);
    const packageBytes = statSync(file).size - 4000; // a part of its pictures
    const trainers: typeof builtInTrainers = (place) => ({
      trl: trlTrainer({ ...place, pace: { pollMs: 500, quietMs: 600_000 }, packageBytes }),
    });
    const engine = new Engine({ home, trainers });
    await engine.startStudyOn('lab', parseStudy(study(2), 'test'), study(2));
    await engine.queue.whenIdle();
    assert.deepEqual([engine.store.run(1).state, engine.store.run(1).reason], ['finished', null]);
    const pictures = readdirSync(join(storage, 'sophia/pictures'), { recursive: true, encoding: 'utf8' });
    assert.ok(
      pictures.some((name) => name.endsWith('.png')),
      pictures.join(),
    );
    await engine.close();
  });
});
