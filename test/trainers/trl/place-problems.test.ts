/** What settings of TRL's own need of the place of a run is looked for before anything is queued, and again by the Python that trains. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PACKAGE } from '../../../src/main/trainers/trl/environment/pinned-packages.ts';
import { extraPackages } from '../../../src/main/trainers/trl/extras.ts';
import { placeProblems } from '../../../src/main/trainers/trl/place-problems.ts';
import type { Cluster } from '../../../src/shared/settings/cluster.ts';
import { hashedSettings } from '../../../src/shared/settings/setting-paths.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { checkTrainer } from '../../../src/shared/settings/trainer-settings.ts';

let bin: string;
before(() => {
  bin = mkdtempSync(join(tmpdir(), 'sophia-trl-place-'));
});
after(() => rmSync(bin, { recursive: true, force: true }));

/** A command that ends with a code. */
function standIn(name: string, code: number): string {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\nexit ${code}\n`);
  chmodSync(file, 0o755);
  return file;
}

const settings = (own: Partial<Settings['trl']>): Settings => {
  const all = defaultSettings();
  Object.assign(all.trl, own);
  return { ...all, trainer: 'trl' };
};
const cluster: Cluster = {
  name: 'lab',
  address: 'http://127.0.0.1:8265',
  tokenVariable: '',
  storage: '/shared',
  gpus: 0,
  cpus: 1,
  memoryGiB: 0,
  packages: 'pip',
};
const lines = (problems: readonly Error[]) => problems.map(({ message }) => message);

describe('settings that only TRL has', { skip: process.platform === 'win32' && 'stand-ins are shell scripts' }, () => {
  test('that need a GPU are refused where there is none', () => {
    assert.deepEqual(placeProblems(settings({ dtype: 'bfloat16' }), null, { PATH: bin }), []);
    assert.deepEqual(lines(placeProblems(settings({ fourBit: true }), null, { PATH: bin })), [
      'trl.fourBit needs a GPU, and this machine has none that nvidia-smi or rocm-smi knows. Use `study run --on CLUSTER` with GPUs, or leave it out.',
    ]);
    standIn('nvidia-smi', 0);
    assert.deepEqual(placeProblems(settings({ fourBit: true }), null, { PATH: bin }), []);
    assert.deepEqual(lines(placeProblems(settings({ fourBit: true, deepspeedStage: 1 }), cluster)), [
      'trl.fourBit and trl.deepspeedStage needs a GPU, and runs on cluster lab ask for none. Add it again with `sophia cluster add lab … --gpus 1`, or leave the setting out.',
    ]);
    assert.deepEqual(placeProblems(settings({ fourBit: true }), { ...cluster, gpus: 1 }), []);
  });

  test('that need a package are refused where it is missing', () => {
    standIn('nvidia-smi', 0);
    const own = { PATH: bin, SOPHIA_TRL_PYTHON: standIn('lacking', 1) };
    const [lack] = lines(placeProblems(settings({ fourBit: true }), null, own));
    assert.match(
      lack!,
      /^trl\.fourBit needs the package bitsandbytes, which .*lacking .* -m pip install bitsandbytes==\d/,
    );
    assert.deepEqual(
      placeProblems(settings({ fourBit: true }), null, { ...own, SOPHIA_TRL_PYTHON: standIn('has', 0) }),
      [],
    );
    const vllm = settings({ vllm: 'colocate' });
    assert.match(lines(placeProblems(vllm, null, { PATH: bin }))[0]!, /^trl\.vllm needs vllm, .* SOPHIA_TRL_PYTHON\.$/);
    assert.match(
      lines(placeProblems(vllm, { ...cluster, gpus: 1 }))[0]!,
      /^trl\.vllm needs vllm, .*--packages cluster/,
    );
    assert.deepEqual(placeProblems(vllm, { ...cluster, gpus: 1, packages: 'cluster' }), []);
  });

  test('name what pip is asked for beside the pinned packages', () => {
    assert.deepEqual(extraPackages([settings({}), settings({ vllm: 'colocate' })]), []);
    assert.match(
      extraPackages([settings({ fourBit: true }), settings({ deepspeedStage: 2 })]).join(' '),
      /^bitsandbytes==\S+ deepspeed==\S+$/,
    );
  });

  test('are asked for again by the Python that trains', () => {
    const ask = (needs: object, gpu: string) => {
      const script = `import json, sys; from sophia_trl.place import unfit; why = unfit({"needs": json.loads(sys.argv[1])}, has_gpu=${gpu}); print("" if why is None else f"{why.code}: {why}")`;
      const { stdout, stderr } = spawnSync(process.env.PYTHON ?? 'python3', ['-c', script, JSON.stringify(needs)], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1' },
      });
      assert.equal(stderr, '');
      return stdout.trim();
    };
    const needs = { gpu: ['trl.fourBit'], modules: [{ module: 'json', setting: 'trl.fourBit' }] };
    assert.equal(ask(needs, 'True'), '');
    assert.equal(ask(needs, 'None'), '');
    assert.equal(
      ask(needs, 'False'),
      'environment: trl.fourBit needs a GPU, and PyTorch sees none here. Leave it out.',
    );
    const lacking = { gpu: [], modules: [{ module: 'no_such_module', setting: 'trl.vllm' }] };
    assert.equal(
      ask(lacking, 'None'),
      'environment: trl.vllm needs the package no_such_module, which this Python lacks. Install it.',
    );
  });

  test('mean nothing to the native trainer, which says so by name', () => {
    const native: Settings = { ...settings({ fourBit: true }), trainer: 'native' };
    assert.throws(() => checkTrainer(native, 'study'), /study: trl\.fourBit = true means nothing to trainer native/);
  });

  test('are no part of the hash of a run that leaves them alone', () => {
    assert.ok(!('trl' in hashedSettings(defaultSettings())));
    assert.deepEqual(hashedSettings(settings({ dtype: 'mixed' })).trl, { dtype: 'mixed' });
  });
});

test('a process of several that loses another one says so, and any other error is said as it is', () => {
  const gloo =
    '[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:545] Read error [::1]:1: Connection reset by peer.';
  const told = (message: string, size: string) =>
    spawnSync(
      process.env.PYTHON ?? 'python3',
      ['-c', `import sys; from sophia_trl.__main__ import told; print(*told(RuntimeError(sys.argv[1])))`, message],
      {
        encoding: 'utf8',
        env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', WORLD_SIZE: size },
      },
    ).stdout;
  assert.match(
    told(gloo, '2'),
    /^environment Another process of this run ended, or its node left \(\[.*peer\)\. What ended it .* Resume continues/,
  );
  assert.match(told(gloo, '1'), /^internal RuntimeError: \[/);
  assert.match(told('shapes differ', '2'), /^internal RuntimeError: shapes differ/);
});
