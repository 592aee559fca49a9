/** The trainers that the lab comes with. A new one is a folder beside native/, a name in shared/kinds, and a line here. */
import type { Trainers } from '../jobs/trainer.ts';
import { nativeTrainer } from './native/native-trainer.ts';
import type { Clusters } from './ray/ray-trainer.ts';
import { trlTrainer } from './trl/trl-trainer.ts';

/** Where trainers work. */
export interface TrainerPlace {
  readonly home: string;
  /** The Node executable for processes that a trainer starts. */
  readonly node: string;
  readonly clusters: Clusters;
}

/** Makes the trainers of an engine. */
export type TrainerFactory = (place: TrainerPlace) => Trainers;

/** All of them. */
export const builtInTrainers: TrainerFactory = (place) => ({ native: nativeTrainer(place), trl: trlTrainer(place) });
