/** Settings that mean something to some trainers only (`trainers` of settings.ts). */
import { SophiaError } from '../errors.ts';
import { type SettingLeaf, settingLeaves, valueAt } from './setting-paths.ts';
import type { Settings } from './settings.ts';

/**
 * Refuses a value for a setting that means nothing to the trainer that is chosen: it would change nothing, and not say so.
 * @throws SophiaError 'usage' naming the setting and the trainers that have it
 */
export function checkTrainer(
  settings: Pick<Settings, 'trainer'>,
  where: string,
  leaves: readonly SettingLeaf[] = settingLeaves(),
): void {
  for (const { path, trainers, default: usual } of leaves) {
    if (trainers === undefined || trainers.includes(settings.trainer)) continue;
    const value = valueAt(settings, path);
    if (value === usual) continue;
    throw new SophiaError(
      'usage',
      `${where}: ${path} = ${JSON.stringify(value)} means nothing to trainer ${settings.trainer}.`,
      `Leave it out, or use trainer ${trainers.join(' or ')}.`,
    );
  }
}
