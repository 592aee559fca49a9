/** The packed app as a tar.gz without electron-builder's helper. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tarOf } from '../../scripts/dist.mjs';

test("the app's folder becomes a tar.gz under the app's name, executable files kept so, nothing half-made left", () => {
  const output = mkdtempSync(join(tmpdir(), 'sophia-dist-'));
  const folder = join(output, 'linux-unpacked');
  mkdirSync(join(folder, 'resources'), { recursive: true });
  writeFileSync(join(folder, 'sophia-lab'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'resources/app.asar'), 'app');
  assert.equal(tarOf(folder, output), true);
  const made = readdirSync(output).filter((name) => name !== 'linux-unpacked');
  assert.equal(made.length, 1);
  assert.match(made[0]!, /^sophia-lab-\d+\.\d+\.\d+-linux-\w+\.tar\.gz$/);
  const listed = execFileSync('tar', ['-tvzf', join(output, made[0]!)]).toString();
  assert.match(listed, /^-rwxr-xr-x .* sophia-lab-[^/]+\/sophia-lab$/m);
  assert.match(listed, / sophia-lab-[^/]+\/resources\/app\.asar$/m);
  assert.equal(tarOf(join(output, 'gone'), output), false);
  assert.deepEqual(readdirSync(output).sort(), ['linux-unpacked', made[0]].sort());
});
