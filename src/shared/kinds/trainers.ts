/** What can train a run; main/trainers makes them (trainers.ts there is typed by these names). */
import type { Kind } from './kind.ts';

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
