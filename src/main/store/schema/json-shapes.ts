/**
 * What the JSON columns hold. Objects may have fields that are not named here: an older or newer version's rows are read too; those that are
 * named are what readers rely on.
 */

import { z } from 'zod';
import { EVALUATION_MODES } from '../../../shared/kinds/evaluation-mode.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { Question } from '../../../shared/question.ts';
import { LOG_FORMATS } from '../../../shared/run/log-formats.ts';
import { RUN_STATES, type RunEnvironment, type RunEventOf } from '../../../shared/run/run-events.ts';
import type { SettingsPatch } from '../../../shared/settings/setting-paths.ts';
import { type Settings, settingsSchema } from '../../../shared/settings/settings.ts';
import { checkContrasts } from '../../../shared/study/contrasts.ts';
import { NAME, NAME_HOLDS, type Study } from '../../../shared/study/study.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { pathFault } from '../../model/io/path-names.ts';

const words = z.string().max(LIMITS.reason);
const brief = z.string().max(LIMITS.label);
const counted = z.number().min(0).max(LIMITS.count);
/** Nested settings as a study file holds them; whether they make a run is planRuns' affair. */
const patch = z.record(z.string(), z.unknown()) as unknown as z.ZodType<SettingsPatch>;
const name = z.string().regex(NAME, NAME_HOLDS);

const areDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** Tags of a study or run. */
export const tagsShape = z.array(z.string().max(LIMITS.tag)).max(LIMITS.tags).refine(areDistinct, 'one appears twice');

/** A checked study. */
export const planShape: z.ZodType<Study> = z
  .object({
    name,
    description: z.string().max(LIMITS.description),
    settings: patch,
    variants: z
      .array(z.object({ name, title: z.string().max(LIMITS.title), patch }))
      .max(1000)
      .refine((variants) => areDistinct(variants.map((variant) => variant.name)), 'a name appears twice'),
    seeds: z.array(z.int().min(0).max(4294967295)).max(1000).refine(areDistinct, 'one appears twice'),
    baseline: name,
    factors: z.array(brief).max(100).optional(),
    contrasts: z.array(brief).max(200).optional(),
    thresholds: z.record(brief, z.union([words, z.number()])).optional(),
  })
  .refine(hasSoundContrasts, 'its contrasts are not of its variants') as unknown as z.ZodType<Study>;

/** Whether every contrast is one of two variants of the study, as a study file's are. */
function hasSoundContrasts(plan: { variants: { name: string }[]; contrasts?: string[] | undefined }): boolean {
  const { variants, contrasts } = plan;
  try {
    checkContrasts(
      contrasts ?? [],
      variants.map((variant) => variant.name),
      'plan',
    );
    return true;
  } catch {
    return false;
  }
}

/** Settings of a run; {} of a run from another program's log, which tells none. */
export const runSettingsShape = z.union([settingsSchema, z.strictObject({})]) as unknown as z.ZodType<Settings>;

/** What an attempt ran on. */
export const environmentShape: z.ZodType<RunEnvironment> = z.object({
  ...{ backend: brief, backendVersion: brief, device: brief, threads: counted, node: brief, platform: brief },
  ...{ codeVersion: brief, modelHash: brief, trmHash: brief.nullable(), dataHash: brief },
});

/** Where a run that did not run here comes from: an archive, a package that is trained elsewhere, or a log. */
export const originShape = z.object({
  format: z.enum(['archive', 'pack', ...namesOf(LOG_FORMATS)]),
  source: z.string().max(1000), // name of the file or folder, or of the archived study
  hash: brief, // sha256 of the log, or of the archive's manifest; the packed study's hash
});

/** What `data` of an event holds, by its kind. */
export const EVENT_DATA = {
  started: environmentShape,
  step: z.null(),
  evaluation: z.object({
    ...{ benchmark: brief, mode: z.enum(namesOf(EVALUATION_MODES)), questions: counted, correct: counted },
    meanOutcome: z.number().nullable(),
    exact: counted.nullish(), // not in events of before
  }),
  checkpoint: z.object({ uri: z.string().max(4096), hash: brief, bytes: counted }),
  alert: z.object({ level: z.enum(['info', 'warning', 'error']), name: brief, message: words }),
  phase: z.object({ phase: brief, done: counted, total: counted }) satisfies z.ZodType<
    Pick<RunEventOf<'phase'>, 'done' | 'total'>
  >,
  finished: z.object({ seconds: counted, weightsHash: brief }),
  paused: z.object({ message: words }),
  failed: z.object({ code: brief, message: words }),
  state: z.object({ state: z.enum(RUN_STATES), reason: words.nullable() }),
  cut: z.object({ branch: brief, branchId: counted, steps: counted }),
  imported: originShape,
  unlocked: z.null(),
  placed: z.object({ cluster: brief.nullable() }), // where it is to run from now on; null: this machine
} as const satisfies Record<string, z.ZodType>;

/** Kinds of events. */
export const EVENT_KINDS = Object.keys(EVENT_DATA) as (keyof typeof EVENT_DATA)[];

/** An event's data, whatever its kind. */
export const eventDataShape = z.record(z.string(), z.unknown());

/** Where a question's picture comes from; a file's path leads nowhere but below its data set. */
export const imageShape: z.ZodType<NonNullable<Question['image']>> = z.union([
  z.object({ kind: z.literal('scene') }),
  z.object({
    kind: z.literal('file'),
    path: z.string().refine((path) => pathFault(path) === null, 'leads outside its data set'),
  }),
]);

/** What answers depend on beside weights and questions, by name (services/answers/answer-weights.ts). */
export const howShape = z.record(z.string(), z.unknown());

/** The ground truth of an embedded question; what is in it is tasks/'s affair. */
export const sceneShape = z.record(z.string(), z.unknown());
