import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentHash, updateWith } from '../../../src/main/model/io/content-hash.ts';
import { hashInThread, rememberedHash } from '../../../src/main/model/io/content-hash-thread.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-content-hash-'));
after(() => rmSync(home, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = join(home, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(home, name);
}

test('a folder is hashed over name, NUL and content of its files in name order: hashes recorded years ago still hold', async () => {
  const path = folder('checkpoint', { 'trainer.json': '{}', 'model.safetensors': 'weights', 'a/b.txt': 'x' });
  // sha256 of "a/b.txt\0xmodel.safetensors\0weightstrainer.json\0{}"
  const expected = { hash: '58e790c29802f050a2c1374465a4a4cd67122709c6152fea443bc98c10193687', bytes: 10 };
  assert.deepEqual(contentHash(path), expected);
  assert.deepEqual(await hashInThread(path), expected);
  const file = join(path, 'model.safetensors');
  assert.equal(contentHash(file).hash, createHash('sha256').update('weights').digest('hex'));
});

test('a file above 2 GiB is hashed whole, and the thread that asks stays free', { timeout: 300_000 }, async () => {
  const path = join(home, 'large.safetensors');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 31 + 5); // sparse: takes no room
  appendFileSync(path, 'end');
  const [own, all] = [process.threadCpuUsage(), process.cpuUsage()];
  const { hash, bytes } = await hashInThread(path);
  const [ownSince, allSince] = [process.threadCpuUsage(own), process.cpuUsage(all)];
  assert.equal(bytes, 2 ** 31 + 8);
  assert.equal(hash, '66fd029ff54852eec367d3ce36a010998ea3e20c45ebf9429057c27077e58bce'); // sha256sum's
  const share = (ownSince.user + ownSince.system) / (allSince.user + allSince.system);
  assert.ok(share < 0.2, `the asking thread did ${Math.round(share * 100)} % of the work`);
});

test('what cannot be read is told as the file system tells it', async () => {
  await assert.rejects(hashInThread(join(home, 'nothing')), { code: 'ENOENT' });
  assert.throws(() => rememberedHash(join(home, 'nothing')), { code: 'ENOENT' });
});

test('links to files are followed, hidden files count for a checkpoint and not for a model', async () => {
  const plain = folder('plain', { 'config.json': '{}', 'model.safetensors': 'weights' });
  const linked = folder('linked', { '.git/HEAD': 'ref', '.gitattributes': '', 'config.json': '{}' });
  symlinkSync(join(plain, 'model.safetensors'), join(linked, 'model.safetensors'));
  assert.equal(contentHash(linked, { withoutHidden: true }).hash, contentHash(plain).hash);
  assert.notEqual(contentHash(linked).hash, contentHash(plain).hash);
});

test('a remembered hash costs no second reading and goes when size, time or inode of a file change', async () => {
  const path = folder('model', {
    'model-00001-of-00002.safetensors': 'one',
    'model-00002-of-00002.safetensors': 'two',
  });
  const second = join(path, 'model-00002-of-00002.safetensors');
  while (!(await isRemembered(path))) await sleep(100);
  const before = rememberedHash(path);
  assert.equal(rememberedHash(path), before, 'the very same promise: nothing was read again');
  utimesSync(second, new Date(), new Date());
  const touched = rememberedHash(path);
  assert.notEqual(touched, before);
  assert.equal((await touched).hash, (await before).hash);
  writeFileSync(second, 'TWO');
  assert.notEqual((await rememberedHash(path)).hash, (await before).hash);
});

/** Whether a hash is kept once it is made: those of files written a moment ago are not, which may change within one tick of the clock. */
async function isRemembered(path: string): Promise<boolean> {
  const first = rememberedHash(path);
  await first;
  await sleep(0);
  return rememberedHash(path) === first;
}

test('a check of what was recorded reads the files, whatever is known: an altered bit need not alter size or time', async () => {
  const path = folder('altered', { 'model.safetensors': 'weights' });
  const file = join(path, 'model.safetensors');
  const then = new Date(1_700_000_000_000);
  utimesSync(file, then, then);
  const { hash } = await hashInThread(path);
  writeFileSync(file, 'weighty');
  utimesSync(file, then, then);
  assert.notEqual((await hashInThread(path)).hash, hash);
});

test('memory goes into a digest as one update would take it, at an offset too', () => {
  const numbers = Float32Array.from({ length: 100 }, (_, i) => i / 3).subarray(7);
  const whole = createHash('sha256').update(numbers).digest('hex');
  assert.equal(updateWith(createHash('sha256'), numbers).digest('hex'), whole);
});
