/** A setting's value as tables of variants tell it, the same on pages and in reports. */
import { offChoice } from './setting.ts';
import { settingLeaves } from './setting-paths.ts';

/** "on" or "off" for flags and for the choice that turns a setting off, lists with commas, a dash where there is no value (null: it has no effect). */
export function settingWords(path: string, value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const leaf = settingLeaves().find((one) => one.path === path); // another program's settings may have any path
  if (leaf !== undefined && value === offChoice(leaf)) return 'off';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
