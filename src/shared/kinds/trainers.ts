/**
 * What can train a run; main/trainers makes them (trainers.ts there is typed by these names). And what only trainer trl has to choose from: number
 * formats, and what writes responses (settings/groups/trl-settings.ts).
 */
import type { Kind, KindTable } from './kind.ts';

/** A trainer, and whether the same run gives the same bits. */
export interface TrainerKind extends Kind {
  readonly isBitReproducible: boolean;
}

/** Trainers by name. */
export const TRAINERS = {
  native: {
    title: 'Native',
    help: 'In this program: a process of this machine, bit-reproducible.',
    isBitReproducible: true,
  },
  trl: {
    title: 'TRL',
    help: "Hugging Face's GRPOTrainer on PyTorch, in Python: for real checkpoints on a GPU. Not bit-reproducible.",
    isBitReproducible: false,
  },
} as const satisfies Record<string, TrainerKind>;
/** A name of TRAINERS. */
export type TrainerName = keyof typeof TRAINERS;

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
