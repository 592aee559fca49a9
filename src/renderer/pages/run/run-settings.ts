/** What a run was set to, as its page lists it. */
import { type SettingLeaf, settingLeaves, valueAt } from '../../../shared/settings/setting-paths.ts';

/** A setting of a run with its value. */
export interface RunSetting {
  readonly leaf: SettingLeaf;
  readonly value: unknown;
}

/** Settings that differ from their defaults, or (`all`) every one. A setting that is younger than the run has the default, under which the run was made. */
export function runSettings(settings: object, all: boolean): RunSetting[] {
  return settingLeaves()
    .map((leaf) => ({ leaf, value: valueAt(settings, leaf.path) ?? leaf.default }))
    .filter(({ leaf, value }) => all || JSON.stringify(value) !== JSON.stringify(leaf.default));
}
