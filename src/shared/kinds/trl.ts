/** What only trainer trl has to choose from: number formats that it trains in, and what writes responses there (settings: trl-settings.ts). */
import type { KindTable } from './kind.ts';

/** In which numbers TRL trains. */
export const TRL_DTYPES = {
  float32: { title: 'float32', help: 'As the native trainer: 4 bytes a weight.' },
  mixed: { title: 'float32, computed in bfloat16', help: 'Weights of 4 bytes, multiplied in bfloat16 (autocast).' },
  bfloat16: {
    title: 'bfloat16',
    help: 'Weights of 2 bytes, the policy’s and the TRM’s. Small updates round to nothing.',
  },
} as const satisfies KindTable;
/** A name of TRL_DTYPES. */
export type TrlDtype = keyof typeof TRL_DTYPES;

/** What writes the responses of a step. */
export const VLLM_MODES = {
  none: { title: 'transformers' },
  colocate: { title: 'vLLM in the same process', help: 'On the GPU that trains, in turns.' },
  server: { title: 'a vLLM server', help: 'Started by `trl vllm-serve` on other GPUs.' },
} as const satisfies KindTable;
/** A name of VLLM_MODES. */
export type VllmMode = keyof typeof VLLM_MODES;
