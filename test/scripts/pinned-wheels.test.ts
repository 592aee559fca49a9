/** Set-up takes the wheels that are pinned in the repository, byte for byte, and says where none is. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { verifyWheels, wheelFor } from '../../scripts/setup/tensorflow/wheel.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'sophia-pinned-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Pinned {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

test('every platform with a wheel has version, file and sha256 of each, with a GPU those of CUDA too', () => {
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64'])
    for (const gpu of [false, true]) {
      const { version, wheels } = wheelFor(platform, gpu) as { version: string; wheels: Pinned[] };
      assert.match(wheels[0]!.name, /^tensorflow(-cpu)?$/);
      assert.ok(wheels.length > 10 === (gpu && platform.startsWith('linux')), platform);
      for (const wheel of wheels) {
        assert.match(wheel.sha256, /^[0-9a-f]{64}$/);
        assert.ok(wheel.file.endsWith('.whl') && wheel.file.includes(wheel.version), wheel.file);
      }
      assert.ok(wheels[0]!.file.includes(version));
    }
  for (const platform of ['win32-x64', 'darwin-x64', 'constructor']) assert.equal(wheelFor(platform, false), undefined);
});

test('a wheel that is another file, one too many or one too few is refused before it is unpacked', async () => {
  const files = ['a-1.whl', 'b-2.whl'].map((name) => path.join(folder, name));
  const wheels = files.map((file, i) => {
    writeFileSync(file, `bytes ${i}`);
    return { file: path.basename(file), sha256: createHash('sha256').update(`bytes ${i}`).digest('hex') };
  });
  await verifyWheels(files, wheels);
  await assert.rejects(verifyWheels(files.slice(1), wheels), /a-1\.whl was not downloaded/);
  await assert.rejects(
    verifyWheels(files, wheels.slice(1)),
    /a-1\.whl is none of the pinned wheels; nothing of it is used/,
  );
  writeFileSync(files[1]!, 'bytes 2');
  await assert.rejects(
    verifyWheels(files, wheels),
    /b-2\.whl is not the pinned file \(sha256 .*\); nothing of it is used/,
  );
});
