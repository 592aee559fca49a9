/** What the soak plays, and how often each. */
import { uniformAt } from '../../src/shared/values/random.ts';
import type { Episode } from './episode.ts';
import { playCluster } from './scenes/cluster.ts';
import { playMigration, playStorage, playTrash } from './scenes/storage.ts';
import { playServed, playStudy } from './scenes/study.ts';
import { playEndpoint, playTraining } from './scenes/training.ts';

/** A scene: what it does with an episode, and its share. */
interface Scene {
  readonly share: number;
  readonly play: (episode: Episode) => Promise<void>;
}

/** The scenes by name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  study: { share: 8, play: playStudy },
  served: { share: 8, play: playServed },
  storage: { share: 5, play: playStorage },
  trash: { share: 3, play: playTrash },
  migration: { share: 2, play: playMigration },
  training: { share: 1, play: playTraining },
  endpoint: { share: 1, play: playEndpoint },
  cluster: { share: 2, play: playCluster },
};

/** The scene of an episode. */
export function sceneOf(seed: number, number: number): string {
  const all = Object.entries(SCENES);
  let left = uniformAt(seed, number, 1e6) * all.reduce((sum, [, { share }]) => sum + share, 0);
  for (const [name, { share }] of all) {
    left -= share;
    if (left < 0) return name;
  }
  return 'study';
}
