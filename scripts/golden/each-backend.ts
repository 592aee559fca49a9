/** Checks that need tensors: every case on every backend that can be had here. */
import type * as tf from '@tensorflow/tfjs-core';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { type Checker, type Difference, worst } from './case.ts';

/** A checker that asks `check` once for each backend. */
export async function onEachBackend(
  check: (golden: unknown, backend: string) => Promise<Difference>,
): Promise<Checker> {
  const backends = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);
  const onAll = async (golden: unknown): Promise<Difference> => {
    const differences: Difference[] = [];
    for (const backend of backends) {
      await useBackend(backend);
      differences.push(await check(golden, backend));
    }
    return worst(differences);
  };
  return { note: backends.join(', '), check: onAll };
}

/** A tensor's values; disposes of it. */
export async function take(tensor: tf.Tensor): Promise<number[]> {
  const values = await tensor.data();
  tensor.dispose();
  return [...values];
}
