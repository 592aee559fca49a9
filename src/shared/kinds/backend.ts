/** Tensor backends that can be asked for; main/tensor/backend.ts starts them. */
import type { KindTable } from './kind.ts';

/** `auto` takes the first of the others that works here. */
export const BACKENDS = {
  auto: { title: 'Automatic', help: 'TensorFlow where it is built, else WebAssembly.' },
  tensorflow: { title: 'TensorFlow' },
  wasm: { title: 'WebAssembly', help: 'Runs everywhere, much slower.' },
} as const satisfies KindTable;
/** A name of BACKENDS. */
export type BackendChoice = keyof typeof BACKENDS;
