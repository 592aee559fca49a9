/**
 * Tensor backends that can be asked for (main/tensor/backend.ts starts them), number formats in which frozen weights rest in memory
 * (main/model/network/weights.ts), and those in which a run's checkpoints hold the model's weights (main/train/checkpoint.ts writes them).
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

/** What is trained is float32 in any case, and so is every computation. */
export const WEIGHTS_DTYPES = {
  auto: {
    title: 'As in the files',
    help: 'Frozen weights of a bfloat16 model take two bytes each; no number changes by it.',
  },
  float32: { title: 'float32', help: 'Twice the memory of bfloat16; responses of a large model are written faster.' },
  bfloat16: { title: 'bfloat16', help: 'Large frozen weights are rounded to it. Needs TensorFlow.' },
} as const satisfies KindTable;
/** A name of WEIGHTS_DTYPES. */
export type WeightsDtype = keyof typeof WEIGHTS_DTYPES;

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
