/** Taking a value out of a patch again. */
import type { SettingsPatch } from '../../../shared/settings/setting-paths.ts';

/** A patch without the value at a dotted path; groups that become empty go too. */
export function withoutValue(patch: SettingsPatch, path: string): SettingsPatch {
  const [head, ...rest] = path.split('.') as [string, ...string[]];
  const { [head]: inner, ...others } = patch as Record<string, unknown>;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) return others as SettingsPatch;
  const left = withoutValue(inner as SettingsPatch, rest.join('.'));
  return (Object.keys(left).length === 0 ? others : { ...others, [head]: left }) as SettingsPatch;
}

/** Every value of a nested object with its dotted path. */
export function flatten(value: Readonly<Record<string, unknown>>, above = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? flatten(inner as Record<string, unknown>, `${above}${key}.`)
      : [[`${above}${key}`, inner]],
  );
}
