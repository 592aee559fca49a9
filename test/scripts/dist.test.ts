/** Parts of packing that need no Electron: the tar.gz and the icons, without electron-builder's helpers. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadImage } from '@napi-rs/canvas';
import { tarOf } from '../../scripts/dist.mjs';
import { writeIcons } from '../../scripts/packing/icons.mjs';

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

test('the icon is there as PNG, ICO and ICNS, whose tables lead to pictures of the sizes that they name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-icons-'));
  await writeIcons(folder);
  const sideOf = async (png: Buffer) => (await loadImage(png)).width;
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.png')))
    assert.equal(`${await sideOf(readFileSync(join(folder, name)))}`, name.split('x')[0]);

  const ico = readFileSync(join(folder, 'icon.ico'));
  assert.deepEqual([ico.readUInt16LE(0), ico.readUInt16LE(2)], [0, 1]);
  for (let at = 6; at < 6 + 16 * ico.readUInt16LE(4); at += 16) {
    const [length, place] = [ico.readUInt32LE(at + 8), ico.readUInt32LE(at + 12)];
    assert.equal(await sideOf(ico.subarray(place, place + length)), ico[at] || 256);
  }

  const icns = readFileSync(join(folder, 'icon.icns'));
  assert.equal(icns.readUInt32BE(4), icns.length);
  const sides: number[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4))
    sides.push(await sideOf(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))));
  assert.deepEqual(sides, [32, 64, 128, 256, 256, 512, 512, 1024]);
});
