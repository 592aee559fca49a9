/** The trainers of an engine that asks clusters often. */
import type { TrainerFactory } from '../../../src/main/trainers/trainers.ts';
import { trlTrainer } from '../../../src/main/trainers/trl/trl-trainer.ts';

/** `seesStorage`: whether the engine's machine sees a folder of the storage, which here it always could. */
export const trlThatSees =
  (seesStorage: (folder: string) => boolean, more: { readonly packageBytes?: number } = {}): TrainerFactory =>
  (place) => {
    const sees = { seesStorage, maySeeStorage: seesStorage };
    return { trl: trlTrainer({ ...place, pace: { pollMs: 100, quietMs: 600_000 }, ...sees, ...more }) };
  };

/** It reads logs alone. */
export const fastTrl: TrainerFactory = trlThatSees(() => false);
