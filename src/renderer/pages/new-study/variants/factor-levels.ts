/** Factors x levels: every combination as a variant of its own, based on a built-in one. */
import { offChoice } from '../../../../shared/settings/setting.ts';
import { type SettingLeaf, type SettingsPatch, withValue } from '../../../../shared/settings/setting-paths.ts';
import type { VariantEntry } from '../../../text/study-fields.ts';

/** A setting and the values it takes. */
export interface Factor {
  readonly leaf: SettingLeaf;
  readonly levels: readonly unknown[];
}

/** The levels that a text such as "0.1, 0.3" names; null where one of them is no value of the setting. */
export function levelsOf(leaf: SettingLeaf, text: string): unknown[] | null {
  const words = text
    .split(',')
    .map((level) => level.trim())
    .filter((level) => level !== '');
  const levels = words.map((word) => levelOf(leaf, word));
  return levels.includes(undefined) || new Set(levels.map((level) => JSON.stringify(level))).size < words.length
    ? null
    : levels;
}

/** What can be typed as levels of a setting, for its field. */
export function levelHint(leaf: SettingLeaf): string {
  if (leaf.kind === 'boolean') return 'on, off';
  if (leaf.choices !== undefined) {
    const off = offChoice(leaf);
    return off === undefined || off === leaf.default
      ? leaf.choices.join(', ')
      : `on (${String(leaf.default)}), off (${off}), or ${leaf.choices.filter((name) => name !== off && name !== leaf.default).join(', ')}`;
  }
  return leaf.min === undefined ? leaf.kind : `${leaf.min} to ${leaf.max ?? 'any'}`;
}

/** A level in a word, for the names of variants: on and off where a setting can be turned off. */
function wordOf(leaf: SettingLeaf, level: unknown): string {
  if (typeof level === 'boolean') return level ? 'on' : 'off';
  const off = offChoice(leaf);
  if (off !== undefined && level === off) return 'off';
  return off !== undefined && level === leaf.default ? 'on' : String(level);
}

function levelOf(leaf: SettingLeaf, word: string): unknown {
  if (leaf.kind === 'choice') {
    if (leaf.choices?.includes(word)) return word;
    const off = offChoice(leaf);
    return off === undefined || off === leaf.default
      ? undefined
      : word === 'off'
        ? off
        : word === 'on'
          ? leaf.default
          : undefined;
  }
  if (leaf.kind === 'boolean')
    return ['true', 'on', 'yes'].includes(word) ? true : ['false', 'off', 'no'].includes(word) ? false : undefined;
  if (leaf.kind === 'text') return word;
  if (leaf.kind === 'list') return [word];
  const value = Number(word);
  const isFit = Number.isFinite(value) && value >= (leaf.min ?? value) && value <= (leaf.max ?? value);
  return isFit && (leaf.kind === 'number' || Number.isInteger(value)) ? value : undefined;
}

/** Every combination of the levels. */
export function crossedVariants(base: string, factors: readonly Factor[]): VariantEntry[] {
  const combinations = factors.reduce<{ name: string; patch: SettingsPatch }[]>(
    (sofar, { leaf, levels }) =>
      sofar.flatMap(({ name, patch }) =>
        levels.map((level) => ({
          name: `${name}-${leaf.path.split('.').at(-1)}-${wordOf(leaf, level)}`.replace(/[^\w.-]+/g, '_').slice(0, 64),
          patch: withValue(patch, leaf.path, level),
        })),
      ),
    [{ name: base, patch: {} }],
  );
  return combinations.map(({ name, patch }) => ({ name, value: { base, ...patch } }));
}
