import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { readFixture } from '../../scripts/parity/fixture.ts';
import { checkNetwork } from '../../scripts/parity/network-checks.ts';
import { checkPlain } from '../../scripts/parity/plain-checks.ts';
import { Tally } from '../../scripts/parity/tally.ts';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';

for (const name of ['qwen25vl-a', 'qwen3vl-a']) {
  const fixture = readFixture(path.join(import.meta.dirname, '../fixtures', name));

  test(`${name}: configuration, images, positions, windows and prompts are those of transformers`, () => {
    const tally = new Tally();
    checkPlain(fixture, tally);
    assert.deepEqual(tally.failures, []);
  });

  for (const backend of ['tensorflow', 'wasm'] as const) {
    const skip = backend === 'tensorflow' && whyNoTensorflow();
    test(`${name}: logits, gradients and greedy tokens are those of transformers on ${backend}`, { skip }, async () => {
      await useBackend(backend);
      const tally = new Tally();
      checkNetwork(fixture, tally);
      assert.deepEqual(tally.failures, []);
    });
  }
}
