/** Factors x levels: every combination as a variant of its own, based on a built-in one. */
import { type SettingLeaf, type SettingsPatch, withValue } from '../../../shared/settings/setting-paths.ts';
import type { VariantEntry } from '../../text/study-fields.ts';

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
  return levels.includes(undefined) || new Set(words).size < words.length ? null : levels;
}

function levelOf(leaf: SettingLeaf, word: string): unknown {
  if (leaf.kind === 'choice') return leaf.choices?.includes(word) ? word : undefined;
  if (leaf.kind === 'boolean') return word === 'true' ? true : word === 'false' ? false : undefined;
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
          name: `${name}-${leaf.path.split('.').at(-1)}-${String(level)}`.replace(/[^\w.-]+/g, '_').slice(0, 64),
          patch: withValue(patch, leaf.path, level),
        })),
      ),
    [{ name: base, patch: {} }],
  );
  return combinations.map(({ name, patch }) => ({ name, value: { base, ...patch } }));
}
