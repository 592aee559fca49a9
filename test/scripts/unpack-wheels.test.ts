/** The unpacker of TensorFlow's wheels takes what it knows, and nothing of a wheel that leads outside. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { root } from '../setup/source-files.ts';

const work = mkdtempSync(path.join(tmpdir(), 'sophia-wheels-'));
after(() => rmSync(work, { recursive: true, force: true }));
const skip = spawnSync('python3', ['--version']).status !== 0 && 'needs python3';
const SOUND = [
  'tensorflow/libtensorflow_cc.so.2',
  'nvidia/cudnn/lib/libcudnn.so.9',
  'tensorflow/include/tensorflow/c/c_api.h',
];

/** Makes a wheel of these names and unpacks it into a folder of its own. */
function unpacked(label: string, names: readonly string[]) {
  const wheel = path.join(work, `${label}.whl`);
  const make =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n    [z.writestr(n, "x") for n in sys.argv[2:]]';
  assert.equal(spawnSync('python3', ['-c', make, wheel, ...names]).status, 0);
  const out = path.join(work, label, 'deep', 'out');
  const script = path.join(root, 'scripts/setup/tensorflow/unpack-wheels.py');
  const { status, stderr } = spawnSync('python3', [script, out, wheel], { encoding: 'utf8' });
  return { status, stderr, out };
}

test('libraries and headers of a wheel come out', { skip }, () => {
  const { status, out } = unpacked('sound', [...SOUND, 'tensorflow/other.py']);
  assert.equal(status, 0);
  assert.deepEqual(readdirSync(out).sort(), ['include', 'lib', 'nvidia']);
});

for (const [i, name] of [
  'nvidia/../lib/evil.so',
  'tensorflow/include/tensorflow/c/../../../../../evil.h',
  'nvidia/..\\lib/evil.so',
  '/nvidia/a/lib/evil.so',
].entries())
  test(`nothing of a wheel with ${name} comes out`, { skip }, () => {
    const { status, stderr, out } = unpacked(`evil-${i}`, [name, ...SOUND]);
    assert.equal(status, 1);
    assert.match(stderr, /leads outside its folder; nothing of it is used/);
    assert.ok(!existsSync(out));
    assert.deepEqual(
      readdirSync(work).filter((entry) => entry.includes('evil.')),
      [],
    );
  });
