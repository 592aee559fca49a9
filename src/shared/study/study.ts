/**
 * The study as an object: base settings, variants as differences, seeds, a baseline. Expands to runs (variant x seed).
 * Reading YAML text and hashing are pure; files are main's affair.
 */

import { type Document, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { nearestName, SophiaError } from '../errors.ts';
import { parseAssignment } from '../settings/assignment.ts';
import {
  hashedSettings,
  mergePatches,
  parseSettings,
  type SettingsPatch,
  valueAt,
  withValue,
} from '../settings/setting-paths.ts';
import type { Settings } from '../settings/settings.ts';
import { checkTrainer } from '../settings/trainer-settings.ts';
import { firstPart } from '../text/first-part.ts';
import { hashOf } from '../values/hash.ts';
import { firstOf } from '../values/list.ts';
import { checkFactors } from './arm-differences.ts';
import { checkContrasts } from './contrasts.ts';
import { VARIANTS, type VariantName } from './variants.ts';

/** One arm of a study: name, title for tables, its difference from the base. */
export interface StudyVariant {
  readonly name: string;
  readonly title: string;
  readonly patch: SettingsPatch;
}

/** A checked study. `settings` holds the base patch as written; defaults are filled per run. */
export interface Study {
  readonly name: string;
  readonly description: string;
  readonly settings: SettingsPatch;
  readonly variants: readonly StudyVariant[];
  readonly seeds: readonly number[];
  readonly baseline: string;
  /** Settings in which arms may differ, as the study declares them; a study whose arms differ elsewhere too is refused. */
  readonly factors?: readonly string[];
  /** Differences that it is made to tell, "full - grpo" (contrasts.ts); not declared: every variant against the baseline. */
  readonly contrasts?: readonly string[];
  /** What must be found for what to hold, in the file's own words, written down before the runs; for whoever reads the results. */
  readonly thresholds?: Readonly<Record<string, string | number>>;
}

/** Seeds from which on a difference between arms may be marked: fewer cannot tell it from chance between runs. */
export const ENOUGH_SEEDS = 5;

/** One cell of the matrix: what a worker runs. */
export interface PlannedRun {
  readonly variant: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly configHash: string;
}

/** Names of studies and of what the pipeline makes: they become names of folders and files. */
export const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** The same in words, for refusals. */
export const NAME_HOLDS = 'letters, digits, ".", "_" and "-" only, at most 64';
const name = z.string().regex(NAME, NAME_HOLDS);
const SEED = 'expected a whole number from 0 to 4294967295';
const seed = z.int(SEED).min(0, SEED).max(4294967295, SEED);
const studySchema = z.strictObject({
  name,
  description: z.string().max(2000).default(''),
  settings: z.record(z.string(), z.unknown()).default({}),
  variants: z
    .union([
      z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).min(1),
      z.record(z.string(), z.unknown()),
    ])
    .default(['grpo', 'full']),
  seeds: z.array(seed).min(1).max(1000).default([0]),
  baseline: z.string().optional(),
  factors: z.array(z.string().max(200)).max(100).optional(),
  contrasts: z.array(z.string().max(200)).min(1).max(200).optional(),
  thresholds: z.record(z.string().min(1).max(200), z.union([z.string().max(500), z.number()])).optional(),
});

/** Options of `study run` that change a study before it is expanded. */
export interface StudyOverrides {
  readonly seeds?: readonly number[];
  readonly set?: readonly string[];
  readonly backend?: Settings['backend'];
}

/** Reads and checks a study's YAML (or JSON) text; any fault is one usage error naming file, field and fix. */
export function parseStudy(text: string, where: string, overrides: StudyOverrides = {}): Study {
  const document = parseDocument(text, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault !== undefined)
    throw new SophiaError('usage', `${where}: not valid YAML: ${firstPart(fault.message, '\n').replace(/:$/, '.')}`);
  return checkStudy(plainData(document, where), where, overrides);
}

/** The document's data. Aliases of aliases may unfold without end: the parser stops after a hundred. */
function plainData(document: Document, where: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const { message } = error as Error;
    const why = message.startsWith('Excessive alias') ? 'its aliases (*name) unfold without end' : message;
    throw new SophiaError('usage', `${where}: not valid YAML: ${why}.`, 'Write the values out.');
  }
}

/** Checks a study given as plain data (form, API, parsed YAML); same errors as parseStudy. */
export function checkStudy(data: unknown, where: string, overrides: StudyOverrides = {}): Study {
  const result = studySchema.safeParse(data ?? {});
  if (!result.success) {
    const issue = firstOf(result.error.issues, 'failed check');
    if (issue.code === 'unrecognized_keys') {
      const nearest = nearestName(firstOf(issue.keys, 'unknown key'), Object.keys(studySchema.shape));
      throw new SophiaError(
        'usage',
        `${where}: unknown field "${issue.keys[0]}".`,
        nearest === undefined ? `Known: ${Object.keys(studySchema.shape).join(', ')}.` : `Did you mean "${nearest}"?`,
      );
    }
    const { path, reason } = faultOf(issue, data);
    throw new SophiaError('usage', `${where}: ${path}${reason}.`, undefined, {
      field: { path, reason: reason.replace(/^( =|:)? /, '') },
    });
  }
  const raw = result.data;
  let settings = raw.settings as SettingsPatch;
  for (const assignment of overrides.set ?? []) {
    const { path, value } = parseAssignment(assignment);
    settings = withValue(settings, path, value);
  }
  if (overrides.backend !== undefined) settings = withValue(settings, 'backend', overrides.backend);
  const variants = readVariants(raw.variants, where);
  const baseline =
    raw.baseline ?? (variants.find((variant) => variant.name === 'grpo') ?? firstOf(variants, 'variant')).name;
  const names = variants.map((variant) => variant.name);
  if (!names.includes(baseline)) throw unknownVariant(baseline, names, `${where}: baseline`, 'the baseline is an ');
  const seeds = [...new Set(overrides.seeds ?? raw.seeds)];
  const study: Study = {
    name: raw.name,
    description: raw.description,
    settings,
    variants,
    seeds,
    baseline,
    ...(raw.factors !== undefined && { factors: raw.factors }),
    ...(raw.thresholds !== undefined && { thresholds: raw.thresholds }),
    ...(raw.contrasts !== undefined && { contrasts: checkContrasts(raw.contrasts, names, where) }),
  };
  const arms = planRuns(study, where).map((run) => run.settings);
  if (study.factors !== undefined) checkFactors(arms, study.factors, where);
  return study;
}

/** The field and what is wrong with it, ready to stand behind its name. */
function faultOf(issue: z.core.$ZodIssue, data: unknown): { path: string; reason: string } {
  const path = issue.path.join('.');
  if (path === '')
    return { path, reason: `not a study: it needs fields such as ${Object.keys(studySchema.shape).join(', ')}` };
  const value = valueAt(data, path);
  if (issue.code === 'invalid_type' && value === undefined) return { path, reason: ' is missing' };
  if (issue.code === 'too_small' && issue.origin === 'array') return { path, reason: ' is empty' };
  const given = ['string', 'number', 'boolean'].includes(typeof value) ? ` = ${JSON.stringify(value)}` : '';
  return { path, reason: `${given}: ${issue.message.replace(/^Invalid input: /, '')}` };
}

function unknownVariant(given: string, known: readonly string[], where: string, role = ''): SophiaError {
  const nearest = nearestName(given, known);
  const fix = nearest === undefined ? `Known: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  const reason = `${role}unknown variant "${given}". ${fix}`;
  return new SophiaError('usage', `${where}: unknown variant "${given}".`, fix, {
    field: { path: 'variants', reason },
  });
}

function readVariants(raw: unknown, where: string): StudyVariant[] {
  const entries: [string, unknown][] = Array.isArray(raw)
    ? raw.flatMap((entry): [string, unknown][] =>
        typeof entry === 'string' ? [[entry, undefined]] : Object.entries(entry as object),
      )
    : Object.entries(raw as object);
  const variants = entries.map(([key, value]) => readVariant(key, value, where));
  const twice = variants.find((variant, i) => variants.findIndex((other) => other.name === variant.name) !== i);
  if (twice !== undefined)
    throw new SophiaError('usage', `${where}: variant "${twice.name}" is listed twice.`, 'Give each its own name.', {
      field: { path: 'variants', reason: `"${twice.name}" is listed twice. Give each its own name` },
    });
  return variants;
}

function readVariant(key: string, value: unknown, where: string): StudyVariant {
  if (!name.safeParse(key).success)
    throw new SophiaError('usage', `${where}: variant name "${key}": ${NAME_HOLDS}.`, undefined, {
      field: { path: 'variants', reason: `the name "${key}": ${NAME_HOLDS}` },
    });
  if (value != null && (typeof value !== 'object' || Array.isArray(value)))
    throw new SophiaError(
      'usage',
      `${where}: variant ${key} is ${JSON.stringify(value)}, where settings are expected.`,
      'Such as {base: full, reward: {alpha: 0.5}}.',
    );
  const { base, title, ...rest } = (value ?? {}) as { base?: string; title?: string } & SettingsPatch;
  const builtIn = base ?? (key in VARIANTS ? key : undefined);
  if (value == null && builtIn === undefined) throw unknownVariant(key, Object.keys(VARIANTS), where);
  if (builtIn !== undefined && !(builtIn in VARIANTS))
    throw unknownVariant(builtIn, Object.keys(VARIANTS), `${where}: ${key}.base`);
  const start = builtIn === undefined ? undefined : VARIANTS[builtIn as VariantName];
  return {
    name: key,
    title: title ?? (base === undefined ? start?.title : undefined) ?? key,
    patch: mergePatches(start?.patch ?? {}, rest),
  };
}

/** Every run of a study, variant by variant in the given order, seeds within. */
export function planRuns(study: Study, where = study.name): PlannedRun[] {
  return study.variants.flatMap((variant) =>
    study.seeds.map((seed) => {
      const patch = mergePatches(study.settings, variant.patch);
      const settings = parseSettings({ ...patch, seed }, `${where}: variant ${variant.name}`);
      checkTrainer(settings, `${where}: variant ${variant.name}`);
      return { variant: variant.name, seed, settings, configHash: hashOf(hashedSettings(settings)) };
    }),
  );
}

/** A study's hash: what its footnotes and archives name. */
export function studyHash(study: Study): string {
  return hashOf({ ...study, runs: planRuns(study).map((run) => run.configHash) });
}

/** A study as YAML, readable back by parseStudy. */
export function studyYaml(study: Study): string {
  const variants = Object.fromEntries(
    study.variants.map((variant) => [variant.name, { title: variant.title, ...variant.patch }]),
  );
  return stringify({ ...study, variants });
}
