import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

/** Answers what bench/gpu.sh asks; as the real one, `-lms` goes on until it is killed. */
const STAND_IN = `#!/usr/bin/env bash
case "$*" in
  -L) echo "GPU 0: Stand-in (UUID: GPU-0)" ;;
  *name*) echo "Stand-in, 81559 MiB, 550.00" ;;
  *-lms*) echo 900; echo 1234; while sleep 0.2; do echo 1000; done ;;
esac
`;

describe('bench/gpu.sh', { skip: process.platform !== 'linux' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-gpu-script-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function gpuScript(args: readonly string[], env: Record<string, string> = {}) {
    const { NODE_TEST_CONTEXT: _, ...own } = process.env; // the parity tests within are a run of their own
    const { status, stdout, stderr } = spawnSync('bash', ['bench/gpu.sh', ...args], {
      encoding: 'utf8',
      env: { ...own, PATH: `${folder}:${process.env.PATH}`, ...env },
    });
    return { status, stdout, stderr, lines: stdout.trim().split('\n') };
  }
  function standIn(script: string): void {
    writeFileSync(join(folder, 'nvidia-smi'), script);
    chmodSync(join(folder, 'nvidia-smi'), 0o755);
  }

  test('says one line and ends well where there is no GPU', () => {
    standIn('#!/bin/sh\nexit 9\n');
    const { status, stdout } = gpuScript(['tiny']);
    assert.equal(status, 0);
    assert.equal(stdout, 'bench/gpu.sh: no NVIDIA GPU at hand (nvidia-smi finds none); nothing was measured.\n');
  });

  test('stops where TensorFlow does not use the GPU', () => {
    standIn(STAND_IN);
    const { status, stdout, stderr } = gpuScript(['tiny']);
    assert.equal(status, 1);
    assert.match(stdout, /^# Stand-in, 81559 MiB, 550\.00\nNVIDIA GPU +absent .*does not use it/);
    assert.match(stderr, /^bench\/gpu\.sh: TensorFlow does not use the GPU; see docs\/scale\.md, NVIDIA GPUs\.\n$/);
  });

  test('measures steps, memory, logits and parity from end to end', () => {
    standIn(STAND_IN);
    const { status, lines, stderr } = gpuScript(['--rehearse', 'tiny']);
    assert.equal(status, 0, `${lines.join('\n')}\n${stderr}`);
    const [row] = lines.filter((line) => line.startsWith('| tiny |'));
    const cells = row!.split('|').slice(2, -1).map(Number);
    assert.equal(cells.length, 6);
    for (const cell of cells) assert.ok(cell >= 0, row); // seconds of a tiny model may round to 0.00
    assert.equal(cells[5], 1234); // the most that was told while the steps ran
    const out = lines.join('\n');
    assert.match(out, /\nlogits of tiny, 1024x768: \d+ s with loading, 1234 MiB of the GPU\n/);
    assert.match(out, /\nlogits: \S+ apart at most, the largest is [\d.]+\n/);
    assert.match(out, /\b[1-9]\d* passed, 0 failed/);
    assert.match(lines.at(-1)!, /^took \d+ s$/);
  });

  test('ends when its time is up, and says what it left out', () => {
    standIn(STAND_IN);
    const { status, lines } = gpuScript(['--rehearse', 'mini'], { SOPHIA_GPU_SECONDS: '6' });
    assert.notEqual(status, 0);
    const out = lines.join('\n');
    assert.match(out, /\n\| mini \| did not end in time or failed \|/);
    assert.match(out, /\nlogits of mini: (no time left|did not end in time or failed)\n/);
    assert.match(out, /parity: (no time left|did not end in time or failed)/);
  });
});
