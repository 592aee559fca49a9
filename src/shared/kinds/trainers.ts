/** What can train a run; main/trainers makes them (trainers.ts there is typed by these names). */
import type { KindTable } from './kind.ts';

/** Trainers by name. */
export const TRAINERS = {
  native: { title: 'Native', help: 'In this program: a process of this machine, bit-reproducible.' },
  trl: {
    title: 'TRL',
    help: "Hugging Face's GRPOTrainer on PyTorch, in Python: for real checkpoints on a GPU. Not bit-reproducible.",
  },
} as const satisfies KindTable;
/** A name of TRAINERS. */
export type TrainerName = keyof typeof TRAINERS;
