/** In which settings arms differ: what a comparison is about, and nothing else. */
import { settingLeaves, valueAt } from '../shared/setting-paths.ts';
import type { Settings } from '../shared/settings.ts';

/** Paths whose values are not the same in all of the given settings, the seed left out. */
export function differingPaths(arms: readonly Settings[]): string[] {
  return settingLeaves()
    .map((leaf) => leaf.path)
    .filter((path) => path !== 'seed' && new Set(arms.map((arm) => JSON.stringify(valueAt(arm, path)))).size > 1);
}
