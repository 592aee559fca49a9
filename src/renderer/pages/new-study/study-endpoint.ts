/** Endpoints saved in Settings, put into a study: which arms ask one, which of them is chosen, what choosing writes. */

import { kindNamed } from '../../../shared/kinds/kind.ts';
import { THINKING, type ThinkingKind } from '../../../shared/kinds/thinking.ts';
import type { Endpoint } from '../../../shared/settings/home-settings.ts';
import {
  mergePatches,
  type SettingsPatch,
  settingLeaf,
  valueAt,
  withValue,
} from '../../../shared/settings/setting-paths.ts';
import { withoutValue } from './setting-patch.ts';

/** Setting of a study and the field of a saved endpoint that it takes. */
const FIELDS = [
  ['reward.endpoint.baseUrl', 'baseUrl'],
  ['reward.endpoint.model', 'model'],
  ['reward.endpoint.apiKeyEnv', 'keyVariable'],
] as const satisfies readonly (readonly [string, keyof Endpoint])[];

interface Arms {
  readonly settings: SettingsPatch;
  readonly variants: readonly { readonly title: string; readonly patch: SettingsPatch }[];
}

/** Titles of the arms whose thinking reward an endpoint gives. */
export function endpointArms({ settings, variants }: Arms): string[] {
  return variants.filter(({ patch }) => asksEndpoint(mergePatches(settings, patch))).map((variant) => variant.title);
}

/** True where the settings of all arms say endpoint, whatever the arms make of it. */
export const asksEndpoint = (patch: unknown): boolean =>
  kindNamed<ThinkingKind>(THINKING, valueAt(patch, 'reward.thinking'))?.needs.includes('endpoint') ?? false;

/** The saved endpoint that the settings name, or undefined. */
export function chosenEndpoint<One extends Endpoint>(patch: unknown, saved: readonly One[]): One | undefined {
  return saved.find((endpoint) =>
    FIELDS.every(([path, field]) => (valueAt(patch, path) ?? settingLeaf(path).default) === endpoint[field]),
  );
}

/** The settings with address, model and key variable of an endpoint; what is the default is not written. */
export function withEndpoint(patch: SettingsPatch, endpoint: Endpoint): SettingsPatch {
  return FIELDS.reduce(
    (made, [path, field]) =>
      endpoint[field] === settingLeaf(path).default ? withoutValue(made, path) : withValue(made, path, endpoint[field]),
    patch,
  );
}
