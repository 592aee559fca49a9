/**
 * How long a checkpoint of a 3B shape takes beyond the disk's own time: `node saving.ts CHECKPOINT FOLDER [--layers 36] [--depth 32] [--rounds 2]`.
 * A LoRA checkpoint of the shape of CHECKPOINT (a folder with the hub's widths) with so many layers is saved as a run saves it, hash and all,
 * in turn with plain writing of the same bytes. Layers share their tensors, so that it takes little memory; each is merged and written on its own.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { familyOf } from '../../src/main/model/families/registry.ts';
import { loadModel, storedFormat } from '../../src/main/model/folder/model-folder.ts';
import { isAdapter } from '../../src/main/model/network/adapters/lora.ts';
import type { Weights } from '../../src/main/model/network/weights.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { isPacked } from '../../src/main/tensor/bfloat16.ts';
import { saveCheckpoint } from '../../src/main/train/checkpoint.ts';
import { freshPolicy } from '../../src/main/train/prepare/starting-policy.ts';
import { parseSettings } from '../../src/shared/settings/setting-paths.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    layers: { type: 'string', default: '36' },
    depth: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
  },
});
const [checkpoint = '', folder = ''] = positionals;

await useBackend('tensorflow', { threads: Number(values.threads) });
const model = loadModel(checkpoint, { dtype: 'auto' });
const settings = parseSettings({ model: { policy: checkpoint, loraRank: 16 } });
const { policy, trainable } = freshPolicy(model, model.weights, settings);

/** The same tensor under every layer's name, from those of the first layer and block. */
const config = {
  ...model.config,
  text: { ...model.config.text, numHiddenLayers: Number(values.layers) },
  vision: { ...(model.config as unknown as { vision: object }).vision, depth: Number(values.depth) },
} as typeof model.config;
const firstOf = (name: string) => name.replace(/(\.layers|\.blocks)\.\d+\./, '$1.0.');
const weights: Record<string, tf.Tensor> = {};
for (const { name } of familyOf(config).expectedTensors(config)) {
  weights[name] = policy[firstOf(name)]!;
  for (const part of ['a', 'b']) {
    const adapter = policy[firstOf(`lora.${name}.${part}`)];
    if (adapter !== undefined) weights[`lora.${name}.${part}`] = adapter;
  }
}
const numbers = familyOf(config)
  .expectedTensors(config)
  .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
const adapters: Weights = Object.fromEntries(Object.entries(weights).filter(([name]) => isAdapter(name)));
const moments = Object.fromEntries(Object.entries(adapters).map(([name, adapter]) => [name, tf.zerosLike(adapter)]));

/** Seconds by the clock and of processor time that `fn` takes. */
function timed(fn: () => void): { seconds: number; cpu: number } {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  fn();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

/** So many bytes into one file, synced. */
function plainWrite(path: string, bytes: number): void {
  const piece = Buffer.alloc(2 ** 24, 7);
  const file = openSync(path, 'w');
  for (let left = bytes; left > 0; left -= piece.length) writeSync(file, piece, 0, Math.min(left, piece.length));
  fsyncSync(file);
  closeSync(file);
}

mkdirSync(folder, { recursive: true });
for (let round = 1; round <= Number(values.rounds); round++) {
  let bytes = 0;
  const save = timed(() => {
    const saved = saveCheckpoint(
      join(folder, 'checkpoints'),
      {
        config,
        tokenizer: model.tokenizer,
        weights,
        origin: checkpoint,
        loraScale: 2,
        dtype: storedFormat(checkpoint),
      },
      { first: moments, second: moments, updates: 1 },
      { step: 1, updates: 1, tokens: 0, configHash: 'bench' },
      { base: checkpoint, rank: 16, alpha: 32, weights: adapters },
    );
    bytes = saved.bytes;
  });
  rmSync(join(folder, 'checkpoints'), { recursive: true });
  const disk = timed(() => plainWrite(join(folder, 'plain'), bytes));
  rmSync(join(folder, 'plain'));
  const packed = Object.values(policy).filter(isPacked).length;
  console.log(
    JSON.stringify({
      round,
      numbers,
      trainable: trainable.length,
      packed,
      bytes,
      save,
      disk,
      beyond: save.seconds - disk.seconds,
    }),
  );
}
