/** TensorFlow optimises our graphs by the one pass that finds something in them: the others took most of a graph's first call. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { whyNoTensorflow } from '../../src/main/tensor/backend.ts';

const root = join(import.meta.dirname, '../..');
const url = (file: string) => pathToFileURL(join(root, file)).href;

/** Compiles and runs one graph in a process of its own, since TensorFlow reads what it shall log when it is loaded. */
const PROGRAM = `
  const tf = await import('@tensorflow/tfjs-core');
  const { useBackend } = await import('${url('src/main/tensor/backend.ts')}');
  const { compile } = await import('${url('src/main/tensor/compile.ts')}');
  await useBackend('tensorflow', { threads: 1 });
  const silu = compile('silu', ({ x }) => ({ y: tf.add(tf.mul(x, tf.sigmoid(x)), 1) }));
  console.log(JSON.stringify(silu({ x: tf.tensor1d([-1, 0, 2, 30]) }).y.arraySync()));
`;

it('runs one optimisation pass over a graph', { skip: whyNoTensorflow() }, async () => {
  const options = {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'meta_optimizer=1' },
  };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', PROGRAM],
    options,
  );
  const passes = [...stderr.matchAll(/\] ([a-z_]+)(?:\{.*\})?: Graph size after/g)].map((match) => match[1]);
  assert.deepEqual(passes, ['remapper']);
  const values = JSON.parse(stdout) as number[];
  [-1, 0, 2, 30].forEach((x, i) => {
    assert.ok(Math.abs(values[i]! - (x / (1 + Math.exp(-x)) + 1)) < 1e-5);
  });
});
