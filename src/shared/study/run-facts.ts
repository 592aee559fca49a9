/** What runs recorded when they started (code, data, models, backend), and whether it is the same among those that should share it. */

import { kindNamed } from '../kinds/kind.ts';
import { THINKING, type ThinkingKind } from '../kinds/thinking.ts';
import type { RunEnvironment } from '../run/run-events.ts';
import type { Settings } from '../settings/settings.ts';
import { groupBy } from '../values/group-by.ts';
import { canonicalJson } from '../values/hash.ts';

/** One start of a run: what it was set to and what it recorded. */
export interface RecordedStart {
  readonly settings: Settings;
  readonly environment: RunEnvironment;
}

/** A recorded fact by its name in words, the values that occur, and whether runs that chose alike have different ones. */
export interface RecordedFact {
  readonly key: keyof RunEnvironment;
  readonly what: string;
  readonly values: readonly string[];
  readonly isMixed: boolean;
}

/**
 * What a run recorded, its name, and the settings that choose it: it must be the same among runs that chose alike. Where arms choose
 * differently (no TRM, or another one), that is a difference of settings and stands there.
 */
const FACTS: readonly (readonly [keyof RunEnvironment, string, ((settings: Settings) => unknown)?])[] = [
  ['codeVersion', 'code version'],
  ['dataHash', 'training data', ({ data }) => data],
  ['modelHash', 'starting model', ({ model }) => model.policy],
  [
    'trmHash',
    'Thinking Reward Model',
    ({ reward, model }) => {
      const setting = kindNamed<ThinkingKind>(THINKING, reward.thinking)?.modelSetting ?? null;
      return [reward.thinking, setting === null ? null : model[setting]];
    },
  ],
  ['backend', 'backend', ({ backend }) => backend],
  ['backendVersion', 'backend version', ({ backend }) => backend],
  ['device', 'device', ({ backend }) => backend],
  ['node', 'Node version'],
  ['platform', 'platform'],
];

/** Every fact over the given starts; a fact that a run did not record counts as "none". */
export function recordedFacts(starts: readonly RecordedStart[]): RecordedFact[] {
  return FACTS.map(([key, what, chosenBy]) => {
    const groups = groupBy(starts, ({ settings }) => canonicalJson(chosenBy?.(settings) ?? null));
    const values = [...groups.values()].map((group) => [
      ...new Set(group.map((start) => String(start.environment[key] ?? 'none'))),
    ]);
    return { key, what, isMixed: values.some((value) => value.length > 1), values: [...new Set(values.flat())] };
  });
}
