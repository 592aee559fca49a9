/** The trainers of an engine that asks clusters often. */
import type { TrainerFactory } from '../../../src/main/trainers/trainers.ts';
import { trlTrainer } from '../../../src/main/trainers/trl/trl-trainer.ts';

export const fastTrl: TrainerFactory = (place) => ({
  trl: trlTrainer({ ...place, pace: { pollMs: 100, quietMs: 600_000 } }),
});
