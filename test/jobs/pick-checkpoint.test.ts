import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pickCheckpoint } from '../../src/main/jobs/pick-checkpoint.ts';
import { contentHash } from '../../src/main/model/io/content-hash.ts';
import { writeSafetensors } from '../../src/main/model/io/safetensors.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-checkpoints-'));
after(() => rmSync(home, { recursive: true }));

const weights = (path: string, shape: number[], value: number) =>
  writeSafetensors(path, [{ name: 'w', shape, data: () => new Float32Array(6).fill(value) }]);

/** A run's folder with sound checkpoints of steps 2 and 4, the newer one then damaged. */
async function damaged(name: string, damage: (folder: string) => void) {
  const folder = join(home, name);
  const known = [];
  for (const step of [4, 2]) {
    const path = join(folder, `step-${step}`);
    mkdirSync(path, { recursive: true });
    weights(join(path, 'model.safetensors'), [2, 3], step);
    writeFileSync(join(path, 'trainer.json'), JSON.stringify({ step }));
    known.push({ step, uri: `step-${step}`, hash: contentHash(path).hash });
  }
  damage(join(folder, 'step-4'));
  return pickCheckpoint(known, folder);
}

for (const [what, damage] of [
  [
    'one flipped bit',
    (folder: string) => {
      const file = join(folder, 'model.safetensors');
      const bytes = readFileSync(file);
      bytes[bytes.length - 2]! ^= 1;
      writeFileSync(file, bytes);
    },
  ],
  ['a cut file', (folder: string) => truncateSync(join(folder, 'model.safetensors'), 20)],
  ['another shape', (folder: string) => weights(join(folder, 'model.safetensors'), [3, 2], 4)],
  ['weights that are no numbers', (folder: string) => weights(join(folder, 'model.safetensors'), [2, 3], Number.NaN)],
  ['a file too many', (folder: string) => writeFileSync(join(folder, 'more.bin'), '')],
  ['a file that is gone', (folder: string) => rmSync(join(folder, 'trainer.json'))],
  ['another step in its place', (folder: string) => cpSync(join(folder, '../step-2'), folder, { recursive: true })],
] as const)
  test(`${what} makes a checkpoint passed over for the one before`, async () => {
    const { resume, problems } = await damaged(what, damage);
    assert.equal(resume?.step, 2);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^Checkpoint of step 4 was altered or cut short/);
  });

test('a checkpoint whose folder is gone is passed over too', async () => {
  const { resume, problems } = await damaged('gone', (folder) => rmSync(folder, { recursive: true }));
  assert.equal(resume?.step, 2);
  assert.match(problems[0]!, /^Checkpoint of step 4 is missing/);
});
