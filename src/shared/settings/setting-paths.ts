/**
 * Walks the settings schema: every leaf's dotted path, type, range and texts; reads and merges values by path.
 * One list serves the form, `--set`, the YAML check and the table's columns.
 */

import type { z } from 'zod';
import { nearestName, SophiaError } from '../errors.ts';
import { THINKING, type ThinkingTable } from '../kinds/thinking.ts';
import { firstOf, getOrMake } from '../values/list.ts';
import type { SettingMeta } from './setting.ts';
import { type Settings, settingsSchema, settingsSchemaOf } from './settings.ts';
import { checkSettings, withWorldModels } from './settings-checks.ts';

/** One leaf of the schema. `path` is dotted, e.g. `reward.alpha`. */
export interface SettingLeaf extends SettingMeta {
  readonly path: string;
  readonly kind: 'number' | 'integer' | 'text' | 'boolean' | 'choice' | 'list';
  readonly choices?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly default: unknown;
}

/** Nested partial settings as a study file holds them. */
export type SettingsPatch = {
  [K in keyof Settings]?: Settings[K] extends object ? { [P in keyof Settings[K]]?: unknown } : Settings[K];
};

interface AnyDef {
  type: string;
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  entries?: Record<string, string>;
  element?: z.ZodType;
}

const defOf = (schema: z.ZodType): AnyDef => schema.def as unknown as AnyDef;

function collect(
  schema: z.ZodType,
  path: string,
  value: unknown,
  meta: SettingMeta | undefined,
  out: SettingLeaf[],
): void {
  const def = defOf(schema);
  const own = (schema.meta() as SettingMeta | undefined) ?? meta;
  if (def.innerType !== undefined) {
    collect(def.innerType, path, value, own, out);
    return;
  }
  if (def.shape !== undefined) {
    for (const [key, child] of Object.entries(def.shape)) {
      collect(child, path === '' ? key : `${path}.${key}`, (value as Record<string, unknown>)[key], undefined, out);
    }
    return;
  }
  const number = schema as unknown as { minValue?: number | null; maxValue?: number | null; format?: string | null };
  const base = { ...(own ?? { title: path }), path, default: value };
  if (def.type === 'enum') out.push({ ...base, kind: 'choice', choices: Object.values(def.entries ?? {}) });
  else if (def.type === 'boolean') out.push({ ...base, kind: 'boolean' });
  else if (def.type === 'array') {
    const entries = def.element === undefined ? undefined : defOf(def.element).entries;
    out.push({ ...base, kind: 'list', choices: entries && Object.values(entries) });
  } else if (def.type === 'number') {
    const whole = number.format?.includes('int') ?? false;
    out.push({
      ...base,
      kind: whole ? 'integer' : 'number',
      min: finite(number.minValue),
      max: finite(number.maxValue),
    });
  } else out.push({ ...base, kind: 'text' });
}

const finite = (bound: number | null | undefined): number | undefined =>
  bound === null || !Number.isFinite(bound) ? undefined : bound;

const schemaOf = (kinds: ThinkingTable) => (kinds === THINKING ? settingsSchema : settingsSchemaOf(kinds));
const leavesOf = new Map<ThinkingTable, readonly SettingLeaf[]>();

/** Every setting, in the schema's order; `kinds` are the thinking rewards to choose from. */
export function settingLeaves(kinds: ThinkingTable = THINKING): readonly SettingLeaf[] {
  return getOrMake(leavesOf, kinds, () => {
    const schema = schemaOf(kinds);
    const leaves: SettingLeaf[] = [];
    collect(schema, '', schema.parse({}), undefined, leaves);
    return leaves;
  });
}

/** The leaf at a dotted path; an unknown path throws a usage error with the nearest name. */
export function settingLeaf(path: string): SettingLeaf {
  const leaf = settingLeaves().find((leaf) => leaf.path === path);
  if (leaf !== undefined) return leaf;
  throw unknownSetting(path);
}

/** The error for an unknown setting: names it and the nearest known one. */
function unknownSetting(path: string): SophiaError {
  const names = settingLeaves().map((leaf) => leaf.path);
  const last = path.split('.').at(-1) ?? path;
  const nearest = nearestName(path, names) ?? names.find((name) => name.split('.').at(-1) === last);
  return new SophiaError(
    'usage',
    `Unknown setting "${path}".`,
    nearest === undefined ? 'The New study page lists them all.' : `Did you mean "${nearest}"?`,
  );
}

/** The value at a dotted path of nested settings, or undefined. */
export function valueAt(settings: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
}

/** A patch with `value` put at a dotted path; the given patch is not changed. */
export function withValue(patch: SettingsPatch, path: string, value: unknown): SettingsPatch {
  const [head, ...rest] = path.split('.') as [string, ...string[]];
  const tree = patch as Record<string, unknown>;
  if (rest.length === 0) return { ...tree, [head]: value } as SettingsPatch;
  return { ...tree, [head]: withValue((tree[head] ?? {}) as SettingsPatch, rest.join('.'), value) } as SettingsPatch;
}

/** Settings as they are hashed: those added later are left out where they have their default, so that hashes made before them hold. */
export function hashedSettings<T extends object>(settings: T): T {
  const copy = structuredClone(settings);
  for (const { path, addedLater, default: usual } of settingLeaves()) {
    if (!addedLater) continue;
    const keys = path.split('.');
    const above = keys.slice(0, -1).join('.');
    const group = (above === '' ? copy : valueAt(copy, above)) as Record<string, unknown> | undefined;
    const last = keys.at(-1);
    if (group !== undefined && last !== undefined && group[last] === usual) delete group[last];
    if (group !== undefined && Object.keys(group).length === 0) deleteAt(copy, above); // a group that was added later itself
  }
  return copy;
}

function deleteAt(tree: object, path: string): void {
  const at = path.lastIndexOf('.');
  const parent = (at < 0 ? tree : valueAt(tree, path.slice(0, at))) as Record<string, unknown>;
  delete parent[path.slice(at + 1)];
}

/** `a` with `b` laid over it, deeply; lists are replaced whole. */
export function mergePatches(a: SettingsPatch, b: SettingsPatch): SettingsPatch {
  const out: Record<string, unknown> = { ...(a as Record<string, unknown>) };
  for (const [key, value] of Object.entries(b as Record<string, unknown>)) {
    const before = out[key];
    const both = isPlain(value) && isPlain(before);
    out[key] = both ? mergePatches(before as SettingsPatch, value as SettingsPatch) : value;
  }
  return out as SettingsPatch;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses a patch into full settings; the first problem is one usage error naming the field, the value and what is allowed. `kinds` are the
 * thinking rewards to choose from.
 */
export function parseSettings(patch: SettingsPatch, where = 'settings', kinds: ThinkingTable = THINKING): Settings {
  const result = schemaOf(kinds).safeParse(withWorldModels(patch));
  if (result.success) {
    const settings = result.data as Settings; // a name of another table is a text as well
    checkSettings(settings, where, kinds);
    return settings;
  }
  const issue = firstOf(result.error.issues, 'failed check');
  // An entry of a list is told at its list, which is the field.
  const path = (typeof issue.path.at(-1) === 'number' ? issue.path.slice(0, -1) : issue.path).join('.');
  if (issue.code === 'unrecognized_keys') {
    const error = unknownSetting([...issue.path, firstOf(issue.keys, 'unknown key')].join('.'));
    throw new SophiaError('usage', `${where}: ${error.message}`);
  }
  const reason = `${JSON.stringify(valueAt(patch, path))} is not allowed: ${allowed(path, issue.message, kinds)}`;
  throw new SophiaError('usage', `${where}: ${path} = ${reason}.`, undefined, { field: { path, reason } });
}

function allowed(path: string, message: string, kinds: ThinkingTable): string {
  const leaf = settingLeaves(kinds).find((leaf) => leaf.path === path);
  if (leaf === undefined) return message;
  if (leaf.choices !== undefined) {
    return `${leaf.kind === 'list' ? 'a list of ' : 'one of '}${leaf.choices.join(', ')}`;
  }
  const range =
    leaf.min !== undefined || leaf.max !== undefined ? ` from ${leaf.min ?? '-inf'} to ${leaf.max ?? 'inf'}` : '';
  const noun = {
    number: 'a number',
    integer: 'a whole number',
    text: 'a text',
    boolean: 'true or false',
    choice: 'a choice',
    list: 'a list',
  }[leaf.kind];
  return `${noun}${range}${leaf.whenNull === undefined ? '' : `, or null: ${leaf.whenNull}`}`;
}
