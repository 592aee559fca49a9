/** The trainers of an engine that asks clusters often. */
import type { TrainerFactory } from '../../../src/main/trainers/trainers.ts';
import { trlTrainer } from '../../../src/main/trainers/trl/trl-trainer.ts';

/** `seesStorage`: whether the engine's machine sees a run's folder, which here it always could. */
export const trlThatSees =
  (seesStorage: (attempt: string) => boolean): TrainerFactory =>
  (place) => ({ trl: trlTrainer({ ...place, pace: { pollMs: 100, quietMs: 600_000 }, seesStorage }) });

/** It reads logs alone. */
export const fastTrl: TrainerFactory = trlThatSees(() => false);
