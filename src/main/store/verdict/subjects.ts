/** What contrasts are about, in words: "Trust (full vs. wo-trust)". Where several are about one part, what sets each apart stands with it. */

import { valueAt } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { differingPaths } from '../../../shared/study/arm-differences.ts';
import { type ArmContrast, contrastWords } from '../../../shared/study/contrasts.ts';
import { isInEffect } from '../../../shared/study/same-arms.ts';
import type { ContrastLeverage } from './contrast-leverage.ts';
import type { RewardPart } from './leverage-reasons.ts';

const PART_SUBJECTS = {
  thinking: 'Thinking reward',
  trust: 'Trust',
  annealing: 'Annealing',
} as const satisfies Record<RewardPart, string>;

/**
 * The subject of each contrast, in order. One in which `arm` has one part more is about that part; of several about the same part each tells
 * the settings that set its `arm` apart from theirs: "Thinking reward, oracle (oracle vs. grpo)". `settingsOf`: of one seed.
 */
export function contrastSubjects(
  pairs: readonly ArmContrast[],
  leverages: readonly Pick<ContrastLeverage, 'adds'>[],
  settingsOf: ReadonlyMap<string, Settings>,
): string[] {
  return pairs.map((pair, i) => {
    const adds = leverages[i]?.adds ?? null;
    if (adds === null) return contrastWords(pair);
    const alike = pairs.flatMap(({ arm }, k) => (leverages[k]?.adds === adds ? (settingsOf.get(arm) ?? []) : []));
    const own = settingsOf.get(pair.arm);
    const apart = own === undefined ? [] : differingPaths(alike).flatMap((path) => apartWords(own, path));
    return `${[PART_SUBJECTS[adds], ...apart].join(', ')} (${contrastWords(pair)})`;
  });
}

/** A setting of a variant in a word or two: "oracle", "alpha 0.7", "trust off", "shuffled"; none where it is off as usual or has no effect. */
function apartWords(settings: Settings, path: string): string[] {
  const value = valueAt(settings, path);
  if (!isInEffect(settings, path) || value === undefined || value === false) return [];
  const name = path.split('.').at(-1) ?? path;
  if (value === true) return [name];
  if (path === 'reward.thinking') return [String(value)];
  return [`${name} ${value === 'none' ? 'off' : Array.isArray(value) ? value.join(', ') : String(value)}`];
}
