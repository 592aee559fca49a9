/** In which settings arms differ: what a comparison is about, and nothing else. */
import { settingLeaves, valueAt } from '../settings/setting-paths.ts';
import type { Settings } from '../settings/settings.ts';

/** Paths whose values are not the same in all of the given settings, the seed left out. */
export function differingPaths(arms: readonly Settings[]): string[] {
  return settingLeaves()
    .map((leaf) => leaf.path)
    .filter((path) => path !== 'seed' && new Set(arms.map((arm) => JSON.stringify(valueAt(arm, path)))).size > 1);
}

/** Those of the paths that no factor names; a factor is a setting's path or a group of settings such as `reward`. */
export function pathsBeyond(paths: readonly string[], factors: readonly string[]): string[] {
  return paths.filter((path) => !factors.some((factor) => path === factor || path.startsWith(`${factor}.`)));
}
