/** Number formats in which a run's checkpoints hold the model's weights; main/train/checkpoint.ts writes them. */
import type { KindTable } from './kind.ts';

/** `original` is what the policy's own files have. */
export const SAVE_DTYPES = {
  original: { title: 'As the policy’s files', help: 'A bfloat16 model stays one.' },
  float32: { title: 'float32' },
  bfloat16: { title: 'bfloat16' },
  float16: { title: 'float16' },
} as const satisfies KindTable;
/** A name of SAVE_DTYPES. */
export type SaveDtype = keyof typeof SAVE_DTYPES;
