/** The other direction: a checkpoint written by us, loaded and run by transformers (scripts/parity/transformers-logits.py). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadWeights } from '../../src/main/model/folder/load-weights.ts';
import { saveModel } from '../../src/main/model/folder/model-folder.ts';
import { readSafetensors, writeSafetensors } from '../../src/main/model/io/safetensors.ts';
import { disposeWeights } from '../../src/main/model/network/weights.ts';
import { SophiaError } from '../../src/shared/errors.ts';
import { type Fixture, inputsOf, tensorOf } from './fixture.ts';
import { largestDifference, type Tally } from './tally.ts';

/** Saves the fixture's weights as a model folder of ours and compares transformers' logits from it with the fixture's own. */
export function checkTransformers(fixture: Fixture, python: string, tally: Tally): void {
  const work = mkdtempSync(path.join(tmpdir(), 'sophia-parity-'));
  try {
    saveCheckpoint(fixture, path.join(work, 'model'));
    for (const [name, one] of Object.entries(fixture.expected.cases)) {
      const { images } = inputsOf(fixture, one);
      writeFileSync(path.join(work, 'inputs.json'), JSON.stringify(one));
      const count = images.reduce((sum, { grid }) => sum + grid.rows, 0);
      const data = Float32Array.from(images.flatMap(({ pixelValues }) => Array.from(pixelValues)));
      const pixels = count === 0 ? [] : [{ name: 'pixel_values', shape: [count, data.length / count], data }];
      writeSafetensors(path.join(work, 'inputs.safetensors'), pixels);
      const script = path.join(import.meta.dirname, 'transformers-logits.py');
      const { status, stderr, error } = spawnSync(python, [script, work], { encoding: 'utf8' });
      if (error) throw new SophiaError('environment', `${python} does not start: ${error.message}.`);
      if (status !== 0)
        throw new SophiaError('data', `transformers refused our checkpoint: ${stderr.trim().split('\n').at(-1)}`);
      const got = readSafetensors(path.join(work, 'logits.safetensors')).entries.get('logits')!.data();
      const expected = tensorOf(fixture, `${name}.logits`)!;
      const attended = one.attention_mask.flat();
      const kept = (all: Float32Array) =>
        all.filter((_, i) => attended[Math.floor((i * attended.length) / all.length)]);
      tally.note('logits', largestDifference(kept(got), kept(expected)), 1e-4, name);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

function saveCheckpoint({ dir, config }: Fixture, to: string): void {
  const { weights } = loadWeights(dir, config);
  // Not every fixture has a tokenizer, and logits need none.
  const none = {
    encode: () => [],
    decode: () => '',
    tokenId: () => 0,
    knows: () => false,
    chatTemplate: null,
    files: { tokenizerJson: {}, tokenizerConfig: {}, template: null },
  };
  saveModel(to, { config, weights, tokenizer: none });
  disposeWeights(weights);
}
