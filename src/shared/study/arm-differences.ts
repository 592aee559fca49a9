/** In which settings arms differ: what a comparison is about, and nothing else. */
import { nearestName, SophiaError } from '../errors.ts';
import { settingLeaves, valueAt } from '../settings/setting-paths.ts';
import type { Settings } from '../settings/settings.ts';

/** Paths whose values are not the same in all of the given settings, the seed left out. A setting younger than a run has its default there. */
export function differingPaths(arms: readonly Settings[]): string[] {
  return settingLeaves()
    .filter(({ path }) => path !== 'seed')
    .filter(({ path, default: usual }) => {
      const values = arms.map((arm) => {
        const value = valueAt(arm, path);
        return JSON.stringify(value === undefined ? usual : value);
      });
      return new Set(values).size > 1;
    })
    .map(({ path }) => path);
}

/** Those of the paths that no factor names; a factor is a setting's path or a group of settings such as `reward`. */
export function pathsBeyond(paths: readonly string[], factors: readonly string[]): string[] {
  return paths.filter((path) => !factors.some((factor) => path === factor || path.startsWith(`${factor}.`)));
}

/** A study that names its factors is about these alone: arms that differ in anything else are refused by name. */
export function checkFactors(arms: readonly Settings[], factors: readonly string[], where: string): void {
  const known = settingLeaves().map((leaf) => leaf.path);
  const unknown = factors.find((factor) => !known.some((path) => path === factor || path.startsWith(`${factor}.`)));
  if (unknown !== undefined) {
    const near = nearestName(unknown, known);
    const fix = near === undefined ? 'Name a setting such as reward.alpha.' : `Did you mean "${near}"?`;
    throw new SophiaError('usage', `${where}: factors: there is no setting "${unknown}".`, fix);
  }
  const beyond = pathsBeyond(differingPaths(arms), factors);
  if (beyond.length > 0)
    throw new SophiaError(
      'usage',
      `${where}: the variants also differ in ${beyond.join(', ')}, not declared as a factor.`,
      'Give all variants the same value, or add it to factors.',
    );
}
