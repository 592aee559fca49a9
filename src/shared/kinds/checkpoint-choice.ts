/** Which checkpoints go into an archive of a study. */
import type { KindTable } from './kind.ts';

/** Every choice, the usual one first. */
export const CHECKPOINT_CHOICES = {
  last: { title: 'the last checkpoint of each run' },
  all: { title: 'every checkpoint' },
  none: { title: 'no checkpoints' },
} as const satisfies KindTable;
/** A name of CHECKPOINT_CHOICES. */
export type CheckpointChoice = keyof typeof CHECKPOINT_CHOICES;
