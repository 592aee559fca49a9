/**
 * Tensor backends that can be asked for (main/tensor/backend.ts starts them), and number formats in which a run's checkpoints hold the model's
 * weights (main/train/checkpoint.ts writes them).
 */
import type { KindTable } from './kind.ts';

/** `auto` takes the first of the others that works here. */
export const BACKENDS = {
  auto: { title: 'Automatic', help: 'TensorFlow where it is built, else WebAssembly.' },
  tensorflow: { title: 'TensorFlow' },
  wasm: { title: 'WebAssembly', help: 'Runs everywhere, much slower.' },
} as const satisfies KindTable;
/** A name of BACKENDS. */
export type BackendChoice = keyof typeof BACKENDS;

/** `original` is what the policy's own files have. */
export const SAVE_DTYPES = {
  original: {
    title: 'As the policy’s files',
    help: 'A bfloat16 model stays one. A run is resumed from float32 in any case.',
  },
  float32: { title: 'float32' },
  bfloat16: { title: 'bfloat16' },
  float16: { title: 'float16' },
} as const satisfies KindTable;
/** A name of SAVE_DTYPES. */
export type SaveDtype = keyof typeof SAVE_DTYPES;
