/** A package that is larger than Ray takes: its pictures go to the cluster's storage by the hash of their content, and jobs hold them against it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { packRun, type RayPackage } from '../../../../src/main/trainers/ray/ray-package.ts';
import { parseStudy, planRuns } from '../../../../src/shared/study/study.ts';
import { temporaryFolder } from '../../../store/helpers.ts';
import { Lab, oneRun, rowsThere, undisturbed } from '../lab.ts';

const STEPS = 6;
const on = { timeout: 300_000 };

describe('a large package', { skip: process.platform === 'win32' && "the fake's jobs are POSIX ones" }, () => {
  let lab: Lab;
  let most: number;
  let whole: Awaited<ReturnType<typeof undisturbed>>;
  before(async () => {
    const [{ settings }] = planRuns(parseStudy(oneRun(STEPS), 'test')) as [ReturnType<typeof planRuns>[number]];
    const cluster = { name: 'lab', address: 'http://127.0.0.1:9', tokenVariable: '', storage: '/s', gpus: 0, cpus: 0 };
    const made: RayPackage = await packRun(
      { name: 'run-1', settings },
      {
        ...{ home: temporaryFolder(), codeVersion: 'x', into: temporaryFolder(), most: 1 },
        cluster: { ...cluster, memoryGiB: 0, packages: 'pip' },
        place: async () => '/s',
      },
    ).catch((error: Error) => {
      const [, mib = ''] = /package is ([\d.]+) MiB without its pictures; Ray takes/.exec(error.message) ?? [];
      most = Math.ceil(Number(mib) * 2 ** 20);
      return { name: '', file: '' };
    });
    assert.equal(made.name, '', 'one byte is too few for the rest too, and that is told');
    assert.ok(most > 1000);
    whole = await undisturbed(STEPS);
  });
  beforeEach(async () => {
    lab = await Lab.start();
    await lab.engine.close();
    lab.packageBytes = most;
    lab.fake.packageBytes = most;
    lab.open();
  });
  afterEach(() => lab.end());

  const folder = () => join(lab.fake.storage, 'sophia/pictures');
  const pictures = () =>
    readdirSync(folder(), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.png'))
      .map((name) => join(folder(), name));
  const small = (what: string) => [...lab.fake.jobs.keys()].filter((id) => id.includes(`-${what}-`)).length;
  /** When each picture was written. */
  const times = () => Object.fromEntries(pictures().map((file) => [file, statSync(file).mtimeMs]));

  test('where this machine sees the storage its pictures are copied there once, for all runs', on, async () => {
    lab.sees = () => true;
    const two = oneRun(STEPS).replace('seeds: [0]', 'seeds: [0, 1]').replace('name: packed', 'name: two');
    await lab.begin(STEPS);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().reason], ['finished', null]);
    assert.deepEqual(rowsThere(lab.engine.store), whole);
    assert.ok(pictures().length > STEPS, `${pictures().length}`);
    assert.equal(small('place'), 0);
    const before = times();
    await lab.engine.startStudyOn('lab', parseStudy(two, 'test'), two);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.engine.store.run(2).state, lab.engine.store.run(3).state], ['finished', 'finished']);
    assert.deepEqual({ ...times(), ...before }, times());
    assert.deepEqual(
      readdirSync(join(lab.fake.storage, 'sophia')).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('else they go there in the packages of small jobs, and what is there already is not sent', on, async () => {
    await lab.begin(STEPS);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().reason], ['finished', null]);
    assert.deepEqual(rowsThere(lab.engine.store), whole);
    const sent = small('place');
    assert.ok(sent >= 1);
    const count = pictures().length;
    const other = oneRun(STEPS).replace('name: packed', 'name: other').replace('full:', 'again:');
    await lab.engine.startStudyOn('lab', parseStudy(other, 'test'), other);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.engine.store.run(2).state, small('place'), pictures().length], ['finished', sent, count]);
  });

  test(
    'one that was altered or lost there keeps its run from training, and is put there again by resume',
    on,
    async () => {
      lab.fake.faults.pending = true;
      await lab.begin(STEPS);
      await lab.until(({ reason }) => /^Pending/.test(reason ?? ''));
      const [first, second] = pictures() as [string, string];
      writeFileSync(first, 'not a picture');
      rmSync(second);
      lab.fake.faults.pending = false;
      lab.fake.begin(lab.fake.trained[0]!);
      await lab.engine.queue.whenIdle();
      assert.equal(lab.run().state, 'failed');
      assert.match(
        lab.run().reason ?? '',
        /2 pictures are not in .*pictures, or were altered .* Resume the run in the lab: it puts them there again/,
      );
      lab.engine.resumeRun(1);
      await lab.engine.queue.whenIdle();
      assert.deepEqual([lab.run().state, lab.run().reason], ['finished', null]);
      assert.ok(existsSync(second) && statSync(first).size > 100);
    },
  );

  test('a storage without room, or that cannot be written, is told before anything is submitted', on, async () => {
    lab.fake.faults.logs = (text) => text.replace(/"freeBytes": \d+/, '"freeBytes": 5000000');
    await lab.begin(STEPS);
    await lab.engine.queue.whenIdle();
    assert.equal(lab.run().state, 'failed');
    assert.match(
      lab.run().reason ?? '',
      /pictures are 0\.1 MiB, and .*storage has 4\.8 MiB free\. Free some space there/,
    );
    delete lab.fake.faults.logs;
    writeFileSync(folder().replace(/pictures$/, 'x'), '');
    rmSync(folder(), { recursive: true, force: true });
    writeFileSync(folder(), 'a file where the folder belongs');
    lab.engine.resumeRun(1);
    await lab.engine.queue.whenIdle();
    assert.match(lab.run().reason ?? '', /Cluster lab: pictures in the storage .*: (File exists|Not a directory)/);
    assert.equal(lab.fake.trained.length, 0);
  });

  test('a run that is stopped, and an engine that closes, while pictures are on their way', on, async () => {
    lab.fake.faults.logs = (text, id) => {
      if (id.includes('-lacks-')) lab.engine.stopRun(1);
      return text;
    };
    await lab.begin(STEPS);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.run().reason, lab.fake.trained.length], ['stopped', null, 0]);
    delete lab.fake.faults.logs;
    lab.engine.resumeRun(1);
    await lab.until(({ reason }) => /pictures/.test(reason ?? ''));
    await lab.engine.close();
    lab.open();
    await lab.engine.queue.whenIdle();
    if (lab.run().state !== 'finished') lab.engine.resumeRun(1);
    await lab.engine.queue.whenIdle();
    assert.deepEqual([lab.run().state, lab.fake.trained.length], ['finished', 1]);
    assert.deepEqual(rowsThere(lab.engine.store), whole);
    const left = readdirSync(join(lab.home, 'runs/1/ray')).filter((name) => name.startsWith('sophia-package-'));
    assert.deepEqual(left, []);
  });
});
