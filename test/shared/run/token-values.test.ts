/** Token values as bytes: every part comes back, absent parts stay absent, foreign bytes are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BYTES_PER_TOKEN,
  base64Of,
  bytesOfBase64,
  packTokenValues,
  type TokenValues,
  tokenBytesFault,
  unpackTokenValues,
} from '../../../src/shared/run/token-values.ts';

const VALUES: TokenValues = {
  lengths: [5, 0, 300, 70_000],
  logps: [-0.5, -(2 ** -20), -65504, Number.NEGATIVE_INFINITY],
  entropies: [0, 1.5, 0.333, 11.8],
  kls: [0, -0.001, 3, Number.NaN],
  clips: ['none', 'low', 'high', 'none'],
};

test('come back to three digits, with infinities, NaN and the smallest numbers', () => {
  const back = unpackTokenValues(packTokenValues(VALUES));
  assert.deepEqual(back.lengths, [5, 0, 300, 65_535]);
  assert.deepEqual(back.clips, VALUES.clips);
  for (const name of ['logps', 'entropies', 'kls'] as const)
    assert.deepEqual(back[name], [...new Float16Array(VALUES[name]!)], name);
});

test('what was not kept is null and takes no room; nine bytes a token with everything', () => {
  assert.equal(packTokenValues(VALUES).length, 8 + 4 * BYTES_PER_TOKEN);
  for (const parts of [{ kls: null }, { clips: null }, { kls: null, clips: null }]) {
    const bytes = packTokenValues({ ...VALUES, ...parts });
    const back = unpackTokenValues(bytes);
    assert.deepEqual([back.kls === null, back.clips === null], ['kls' in parts, 'clips' in parts]);
    assert.equal(bytes.length, 8 + 4 * (9 - ('kls' in parts ? 2 : 0) - ('clips' in parts ? 1 : 0)));
  }
  assert.deepEqual(
    unpackTokenValues(packTokenValues({ lengths: [], logps: [], entropies: [], kls: null, clips: null })).logps,
    [],
  );
});

test('base64 goes both ways; bytes of another form are refused, whatever they are', () => {
  const bytes = packTokenValues(VALUES);
  assert.deepEqual(bytesOfBase64(base64Of(bytes)), bytes);
  assert.equal(bytesOfBase64('no base64!'), null);
  assert.equal(tokenBytesFault(bytes), null);
  const altered = (at: number, value: number) => bytes.with(at, value);
  for (const [foreign, why] of [
    [new Uint8Array(), /version 1/],
    [altered(0, 2), /version 1/],
    [altered(1, 7), /unknown parts/],
    [altered(4, 5), /44 bytes long where 5 tokens take 53/],
    [altered(7, 255), /bytes long/],
    [altered(bytes.length - 1, 3), /unknown clip state/],
  ] as const) {
    assert.match(tokenBytesFault(foreign) ?? '', why);
    assert.throws(() => unpackTokenValues(foreign), why);
  }
});
