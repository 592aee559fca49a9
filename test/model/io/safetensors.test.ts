import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { readSafetensors, writeSafetensors } from '../../../src/main/model/io/safetensors.ts';
import { readWeights, writeWeights } from '../../../src/main/model/io/sharded-safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-safetensors-'));
after(() => rmSync(folder, { recursive: true }));
let counter = 0;
const fresh = () => join(folder, `${counter++}.safetensors`);

/** A file with this header (a text, or an object to be written as JSON) and this many bytes of data. */
function fileWith(header: unknown, dataBytes: number, claimedLength?: bigint): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimedLength ?? BigInt(json.length));
  const path = fresh();
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
  return path;
}

const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });
const refuses = (path: string, message: RegExp) => {
  assert.throws(() => readSafetensors(path), { name: 'SophiaError', code: 'data', message });
};

test('tensors come back as written, with metadata', () => {
  const path = fresh();
  const tensors = [
    { name: 'b', shape: [2, 2], data: Float32Array.of(1, -2.5, 3e-8, 4) },
    { name: 'a', shape: [], data: () => Float32Array.of(7) },
    { name: 'empty', shape: [0, 3], data: new Float32Array(0) },
    { name: 'steps', shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) },
    { name: 'state', shape: [3], data: Uint8Array.of(1, 2, 255) },
  ];
  writeSafetensors(path, tensors, { metadata: { step: '12' } });
  const file = readSafetensors(path);
  assert.deepEqual([...file.entries.keys()].sort(), ['a', 'b', 'empty', 'state', 'steps']);
  assert.deepEqual(file.entries.get('b')!.data(), tensors[0]!.data);
  assert.deepEqual([...file.entries.get('a')!.data()], [7]);
  assert.deepEqual(file.entries.get('empty')!.shape, [0, 3]);
  assert.deepEqual([...file.entries.get('state')!.data()], [1, 2, 255]);
  assert.deepEqual([...new Int32Array(file.entries.get('steps')!.bytes().buffer as ArrayBuffer)], [-5, 2147483647]);
  assert.equal(file.metadata.step, '12');
  assert.equal(file.metadata.format, 'pt');
});

test('the same tensors in another order give the same bytes', () => {
  const [one, two] = [fresh(), fresh()];
  const a = { name: 'a', shape: [1], data: Float32Array.of(1) };
  const b = { name: 'b', shape: [1], data: Float32Array.of(2) };
  writeSafetensors(one, [a, b]);
  writeSafetensors(two, [b, a]);
  assert.deepEqual(readFileSync(one), readFileSync(two));
});

test('halves and bfloat16 round to the nearest, ties to even', () => {
  const numbers = Float32Array.of(
    1,
    1 + 2 ** -8,
    1 + 3 * 2 ** -8,
    65504,
    65520,
    1e-8,
    -0,
    Number.NaN,
    Infinity,
    3.3e38,
  );
  const expected = {
    F16: [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 65504, Infinity, 0, -0, Number.NaN, Infinity, Infinity],
    BF16: [1, 1, 1 + 2 ** -6, 65536, 65536, 1.0011717677116394e-8, -0, Number.NaN, Infinity, 3.2964854295465914e38],
  };
  for (const dtype of ['F16', 'BF16'] as const) {
    const path = fresh();
    writeSafetensors(path, [{ name: 'x', shape: [numbers.length], data: numbers }], { dtype });
    const entry = readSafetensors(path).entries.get('x')!;
    assert.equal(entry.dtype, dtype);
    const got = [...entry.data()];
    expected[dtype].forEach((x, i) => {
      assert.ok(Object.is(got[i], Math.fround(x)), `${dtype} ${numbers[i]} became ${got[i]}, not ${x}`);
    });
  }
});

test('integers become numbers', () => {
  const path = fileWith({ x: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } }, 0);
  const data = Buffer.alloc(16);
  data.writeBigInt64LE(-3n);
  data.writeBigInt64LE(151655n, 8);
  writeFileSync(path, Buffer.concat([readFileSync(path), data]));
  assert.deepEqual([...readSafetensors(path).entries.get('x')!.data()], [-3, 151655]);
});

test('a broken header is refused with what is wrong', () => {
  refuses(fileWith({}, 0, 2n ** 63n), /claims a header of 9223372036854775808 bytes/);
  refuses(fileWith({}, 0, 50n), /truncated: 48 of 50 header bytes are missing/);
  refuses(fileWith('{', 0), /header is not JSON/);
  refuses(fileWith('[]', 0), /not a JSON object/);
  refuses(fileWith({ x: f32([2], 0, 4) }, 4), /"x" of F32 \[2\] needs 8 bytes, but has 4/);
  refuses(fileWith({ x: f32([2], 8, 0) }, 8), /"x" ends at byte 0, before it begins at 8/);
  refuses(fileWith({ x: f32([-1], 0, 4) }, 4), /"x" has the impossible shape \[-1\]/);
  refuses(fileWith({ x: f32([2 ** 40, 2 ** 40], 0, 4) }, 4), /needs .* bytes, but has 4/);
  refuses(fileWith({ x: f32([1], 0, 4), y: f32([1], 2, 6) }, 6), /"y" overlaps/);
  refuses(fileWith({ x: f32([1], 4, 8) }, 8), /4 bytes before tensor "x" belong to no tensor/);
  refuses(fileWith({ x: f32([1], 0, 4) }, 9), /5 bytes after the last tensor/);
  refuses(fileWith({ x: { ...f32([1], 0, 4), dtype: 'F33' } }, 4), /unknown format "F33"/);
  refuses(fileWith({ x: { ...f32([1], 0, 4), dtype: 'toString' } }, 4), /unknown format "toString"/);
  refuses(fileWith({ x: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), /impossible data_offsets/);
  refuses(fileWith({ x: null }, 0), /entry of tensor "x" is not an object/);
  refuses(fileWith({ __metadata__: { a: 1 } }, 0), /__metadata__ "a" is not a text/);
  const entry = JSON.stringify(f32([1], 0, 4));
  refuses(fileWith(`{"x":${entry},"x":${entry}}`, 4), /names "x" twice/);
  refuses(fileWith(`{"x":${entry},"\\u0078":${entry}}`, 4), /names "x" twice/);
  refuses(fileWith(`{"__proto__":${entry}}`, 4), /"__proto__"/);
});

test('a truncated file says how many bytes are missing and where', () => {
  const path = fileWith({ x: f32([1], 0, 4), y: f32([4], 4, 20) }, 20);
  truncateSync(path, readFileSync(path).length - 6);
  refuses(path, /truncated: 6 of 20 data bytes are missing, from tensor "y" on/);
  truncateSync(path, 5);
  refuses(path, /5 bytes/);
  refuses(join(folder, 'nothing.safetensors'), /does not exist/);
  refuses(folder, /is a folder/);
});

test('a failed write leaves the old file and no temporary one', () => {
  const path = fresh();
  writeSafetensors(path, [{ name: 'x', shape: [1], data: Float32Array.of(1) }]);
  const before = readdirSync(folder).length;
  assert.throws(
    () => writeSafetensors(path, [{ name: 'x', shape: [2], data: Float32Array.of(1) }]),
    /"x" \[2\] was given 1/,
  );
  assert.deepEqual([...readSafetensors(path).entries.get('x')!.data()], [1]);
  assert.equal(readdirSync(folder).length, before);
});

test('weights are split over files by size and read back through their index', () => {
  const dir = mkdtempSync(join(folder, 'shards-'));
  const tensors = Array.from({ length: 5 }, (_, i) => ({
    name: `t${i}`,
    shape: [4],
    data: new Float32Array(4).fill(i),
  }));
  writeWeights(dir, tensors, { maxShardBytes: 32 });
  assert.deepEqual(readdirSync(dir).sort(), [
    'model-00001-of-00003.safetensors',
    'model-00002-of-00003.safetensors',
    'model-00003-of-00003.safetensors',
    'model.safetensors.index.json',
  ]);
  assert.equal(JSON.parse(readFileSync(join(dir, 'model.safetensors.index.json'), 'utf8')).metadata.total_size, 80);
  const { entries } = readWeights(dir);
  for (const tensor of tensors) assert.deepEqual(entries.get(tensor.name)!.data(), tensor.data);
  rmSync(join(dir, 'model-00002-of-00003.safetensors'));
  assert.throws(() => readWeights(dir), /model-00002-of-00003\.safetensors does not exist/);
  writeFileSync(
    join(dir, 'model.safetensors.index.json'),
    JSON.stringify({ weight_map: { x: '../other.safetensors' } }),
  );
  assert.throws(() => readWeights(dir), /"x" is in "\.\.\/other\.safetensors", not a safetensors file of this folder/);
});
