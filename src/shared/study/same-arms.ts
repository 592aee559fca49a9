/** Variants that are one and the same training under two names. */
import { thinkingKind } from '../kinds/thinking.ts';
import { hashedSettings } from '../settings/setting-paths.ts';
import { defaultSettings, type Settings } from '../settings/settings.ts';
import { hashOf } from '../values/hash.ts';
import { planRuns, type Study } from './study.ts';
import { VARIANTS } from './variants.ts';

/** A variant that trains exactly as another. */
export interface SameArm {
  readonly name: string;
  /** The other's name. */
  readonly as: string;
  /** Whether the other is in the study too, so that the same training would run twice; else it is a built-in variant. */
  readonly isTwice: boolean;
}

/** Settings of the reward that mean something without a thinking reward. */
const WITHOUT_THINKING = new Set(['reward.thinking', 'reward.preset']);

/** Whether a setting has any effect under these settings: without a thinking reward there is nothing to trust, to fade or to weigh. */
export function isInEffect(settings: Settings, path: string): boolean {
  return !thinkingKind(settings.reward).isOff || !path.startsWith('reward.') || WITHOUT_THINKING.has(path);
}

/** Variants of a study that train as an earlier one of it, or as a built-in variant of another name, does. */
export function sameArms(study: Study): SameArm[] {
  const seeds = study.seeds.slice(0, 1);
  const own = planned({ ...study, seeds });
  const { factors: _factors, contrasts: _contrasts, ...open } = study;
  const names = Object.keys(VARIANTS);
  const variants = Object.entries(VARIANTS).map(([name, { title, patch }]) => ({ name, title, patch }));
  const builtIn = planned({ ...open, seeds, variants, baseline: names[0] ?? '' });
  // Of two in a study the built-in one stays, whichever comes first.
  const ranked = [...own].sort((a, b) => Number(names.includes(b.name)) - Number(names.includes(a.name)));
  return own.flatMap(({ name, hash }): SameArm[] => {
    const first = ranked.find((other) => other.hash === hash);
    if (first !== undefined && first.name !== name) return [{ name, as: first.name, isTwice: true }];
    const known = builtIn.find((other) => other.hash === hash);
    return known === undefined || known.name === name ? [] : [{ name, as: known.name, isTwice: false }];
  });
}

function planned(study: Study): { name: string; hash: string }[] {
  return planRuns(study).map(({ variant, settings }) => ({
    name: variant,
    hash: hashOf(hashedSettings(effective(settings))),
  }));
}

function effective(settings: Settings): Settings {
  const { reward } = settings;
  if (!thinkingKind(reward).isOff) return settings;
  return { ...settings, reward: { ...defaultSettings().reward, thinking: reward.thinking, preset: reward.preset } };
}
