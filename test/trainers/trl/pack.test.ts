/** A packed study is trained by a plain Python and brought back through the command line: each event once, whatever happens to either side. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../../src/main/engine/engine.ts';
import { importPack } from '../../../src/main/services/studies/import-pack.ts';
import { openStore, type Store } from '../../../src/main/store/store.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { sophia } from '../../e2e/command-line.ts';
import { rowsOf } from '../../store/helpers.ts';
import { packStudy, TRAINING_HERE, train } from './plain/packed-study.ts';
import { PYTHON, plainStudy } from './plain/plain-python.ts';

let home: string;
const at = (...names: string[]) => join(home, ...names);
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sophia-pack-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const packed = (study: string, target?: string) => packStudy(home, study, target);

/** What a home has of the study, by variant and seed. */
function rows(folder = 'lab') {
  const store = openStore(at(folder), { readonly: true }) as Store;
  try {
    return store
      .listRuns({})
      .sort((a, b) => a.seed - b.seed)
      .map(({ id }) => rowsOf(store, id));
  } finally {
    store.close();
  }
}

function imported(pack: string, folder = 'lab') {
  const store = openStore(at(folder));
  try {
    return importPack(store, pack);
  } finally {
    store.close();
  }
}

describe('a packed study', { skip: process.platform === 'win32' && 'paths of the stand-in are POSIX ones' }, () => {
  test('is whole, is trained where there is only Python, and comes back as runs of the study, once', {
    timeout: 240_000,
  }, async () => {
    const pack = await packed(plainStudy());
    assert.deepEqual(readdirSync(join(pack, 'runs')), ['full-0', 'full-1']);
    for (const name of [
      'run.py',
      'rules.mjs',
      'requirements.txt',
      'README.md',
      'models/MODEL_TINY_VL_BASE/config.json',
    ])
      assert.ok(existsSync(join(pack, name)), name);
    const list = train(pack, []);
    assert.equal(list.stdout, 'full-0: not started\nfull-1: not started\n');
    const ended = train(pack, ['all']);
    assert.equal(ended.status, 0, ended.stderr);
    const first = await sophia('run', 'import', pack, '--json', '--home', at('lab'));
    const { runs } = JSON.parse(first.out) as ReturnType<typeof importPack>;
    assert.deepEqual(
      runs.map(({ state, step, problem }) => [state, step, problem]),
      [
        ['finished', 6, null],
        ['finished', 6, null],
      ],
    );
    const before = rows();
    const again = imported(pack);
    assert.deepEqual(
      again.runs.map(({ events }) => events),
      [0, 0],
    );
    assert.deepEqual(rows(), before);
    assert.equal(train(pack, ['all']).status, 0, 'finished runs are left alone');
    assert.equal(readdirSync(join(pack, 'out/full-0')).filter((name) => name.startsWith('attempt')).length, 1);
  });

  test('comes in while it grows; a stop saves, the next start goes on; nothing is lost or taken twice', {
    timeout: 240_000,
  }, async () => {
    const pack = await packed(plainStudy({ seeds: '[0]', steps: 30 }));
    const child = spawn(PYTHON, ['run.py', 'full-0'], { cwd: pack, env: { ...TRAINING_HERE, PLAIN_SECONDS: '1' } });
    let steps = 0;
    while (steps < 3) {
      await sleep(200);
      const { runs } = imported(pack);
      assert.equal(runs[0]!.state, 'interrupted');
      steps = runs[0]!.step;
    }
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    const stopped = imported(pack).runs[0]!;
    assert.equal(stopped.state, 'stopped');
    assert.ok(stopped.step >= steps && stopped.step < 30);
    assert.equal(train(pack, ['full-0']).status, 0);
    assert.deepEqual(
      imported(pack).runs.map(({ state, step }) => [state, step]),
      [['finished', 30]],
    );
    const whole = rows();
    assert.equal(imported(pack, 'other').runs[0]!.state, 'finished'); // all at once
    assert.deepEqual(rows('other'), whole);
  });

  test('whose run dies is failed with what it said last, and goes on from its checkpoint', {
    timeout: 240_000,
  }, async () => {
    const pack = await packed(plainStudy({ seeds: '[0]' }));
    assert.notEqual(train(pack, ['full-0'], { PLAIN_DIE: '4' }).status, 0);
    const store = openStore(at('lab'));
    assert.equal(importPack(store, pack).runs[0]!.state, 'failed');
    assert.match(
      store.run(1).reason!,
      /^Its process ended with code 9: RuntimeError: the plain trainer was asked to die\./,
    );
    store.close();
    assert.equal(train(pack, ['full-0']).status, 0);
    assert.deepEqual(
      imported(pack).runs.map(({ state, step }) => [state, step]),
      [['finished', 6]],
    );
    const after = openStore(at('lab'), { readonly: true }) as Store;
    const { attempts, branches } = after.run(1);
    assert.deepEqual([attempts.map(({ fromStep }) => fromStep), branches.map(({ step }) => step)], [[0, 2], [3]]);
    after.close();
  });

  test('with half a line at the end, or a line that is none, gives what is whole and names the line', {
    timeout: 240_000,
  }, async () => {
    const pack = await packed(plainStudy({ seeds: '[0]' }));
    assert.equal(train(pack, ['full-0']).status, 0);
    const events = join(pack, 'out/full-0/attempt-001/events.jsonl');
    const lines = readFileSync(events, 'utf8').split('\n');
    const at7 = lines.findIndex((line) => line.startsWith('{"sequence":7,'));
    writeFileSync(events, `${lines.slice(0, at7).join('\n')}\n${lines[at7]!.slice(0, 40)}`);
    assert.deepEqual(
      imported(pack).runs.map(({ events }) => events),
      [6],
    );
    writeFileSync(events, lines.slice(0, at7).join('\n'));
    appendFileSync(events, `\n${lines.slice(at7 + 1).join('\n')}`);
    const gap = await sophia('run', 'import', pack, '--json', '--home', at('lab'));
    const [run] = (JSON.parse(gap.out) as ReturnType<typeof importPack>).runs;
    assert.deepEqual([gap.code, run!.state], [1, 'interrupted']);
    assert.match(run!.problem!, /event 8 came after event 6; what lies between is missing/);
    writeFileSync(events, lines.join('\n'));
    assert.deepEqual(
      imported(pack).runs.map(({ state }) => state),
      ['finished'],
    );
  });

  test('is refused by the one line where it cannot be', { timeout: 240_000 }, async () => {
    writeFileSync(at('native.yaml'), plainStudy().replace('trainer: trl', 'trainer: native'));
    const native = await sophia('study', 'pack', at('native.yaml'), '--out', at('no'), '--home', at('lab'));
    assert.deepEqual([native.code, existsSync(at('no'))], [2, false]);
    assert.match(native.error, /is trained by trainer native, which runs here only\. Add --set trainer=trl/);
    const pack = await packed(plainStudy({ seeds: '[0]' }));
    const full = await sophia('study', 'pack', at('study.yaml'), '--out', pack, '--home', at('lab'));
    assert.match(full.error, /pack is not empty\. Name a new folder with --out\./);
    assert.match(
      (await sophia('run', 'import', home, '--home', at('lab'))).error,
      /is no packed study: it has no pack\.json/,
    );
    const site = readFileSync(join(pack, 'site.env'), 'utf8');
    writeFileSync(join(pack, 'site.env'), site.replace(/^MODEL_TINY_VL_BASE=.*$/m, 'MODEL_TINY_VL_BASE='));
    const without = train(pack, ['all']);
    assert.equal(without.status, 2);
    assert.match(
      without.stderr,
      /^run\.py: Model tiny-vl-base is not at nowhere: it is empty; copy it here and set MODEL_TINY_VL_BASE/,
    );
    writeFileSync(join(pack, 'site.env'), site);
    appendFileSync(join(pack, 'models/MODEL_TINY_VL_BASE/config.json'), ' ');
    assert.match(train(pack, ['all']).stderr, /is not the model tiny-vl-base that was packed/);
    assert.ok(!existsSync(join(pack, 'out/full-0/attempt-001')), 'nothing was begun');
  });

  test('does not write over runs of this home, and the engine does not go on with what was packed', {
    timeout: 240_000,
  }, async () => {
    const pack = await packed(plainStudy({ seeds: '[0]' }));
    const store = openStore(at('lab'));
    store.addStudy(parseStudy(plainStudy({ seeds: '[0]' }), 'test'));
    store.startRun(1);
    assert.throws(() => importPack(store, pack), /has been trained here, and the folder has it too/);
    store.close();
    imported(pack, 'other');
    const engine = new Engine({ home: at('other') });
    assert.throws(() => engine.resumeRun(1), /was packed and is trained elsewhere \(pack\)/);
    await engine.close();
  });

  test('for SLURM is submitted as one array by one line, with what site.env says', { timeout: 240_000 }, async () => {
    const pack = await packed(plainStudy(), 'slurm');
    const sbatch = join(home, 'sbatch');
    writeFileSync(sbatch, '#!/bin/sh\nfor one in "$@"; do echo "$one"; done\n', { mode: 0o755 });
    const site = readFileSync(join(pack, 'site.env'), 'utf8');
    writeFileSync(join(pack, 'site.env'), site.replace('ACCOUNT=', 'ACCOUNT="my lab"').replace('GPUS=1', 'GPUS=2'));
    const submitted = spawnSync('./submit.sh', {
      cwd: pack,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${home}:${process.env.PATH}` },
    });
    assert.deepEqual(submitted.stdout.trim().split('\n'), [
      '--job-name=sophia',
      '--array=0-1%8',
      '--account=my lab',
      '--time=24:00:00',
      '--gpus-per-task=2',
      '--ntasks=1',
      '--cpus-per-task=8',
      '--mem=64G',
      'array.sbatch',
    ]);
    const task = spawnSync('bash', ['array.sbatch'], {
      cwd: pack,
      encoding: 'utf8',
      env: { ...TRAINING_HERE, SLURM_ARRAY_TASK_ID: '1' },
    });
    assert.equal(task.status, 0, task.stderr);
    assert.ok(existsSync(join(pack, 'out/full-1/attempt-001/end.json')));
    assert.ok(!existsSync(join(pack, 'out/full-0')));
  });
});
