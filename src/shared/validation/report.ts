/** What a home keeps of a validation (HOME/validation/WORLD.json), and what is said of it in one line. */
import { z } from 'zod';
import { namesOf } from '../kinds/kind.ts';
import { WORLDS, type WorldName } from '../worlds/worlds.ts';
import { CHECK_NAMES, type CheckName, checkKind, checksOf, figureText, holds, thresholdText } from './checks.ts';

const entrySchema = z.strictObject({
  figures: z.array(z.strictObject({ name: z.string(), value: z.number() })),
  detail: z.string().nullable(), // what else there is to say: an interval, or why nothing could be measured
  threshold: z.string(), // in words, as it was then
  key: z.string(), // hash of what was measured: code, models, number of questions, or the studies
  code: z.string(),
  seconds: z.number(),
  at: z.number(), // ms since 1970
});
/** One check as it was measured. */
export type CheckEntry = z.infer<typeof entrySchema>;

/** A home's file about a world. `models`: hash of the files by name, null for one that is not there. */
export const reportSchema = z.strictObject({
  world: z.enum(namesOf(WORLDS)),
  models: z.record(z.string(), z.string().nullable()),
  checks: z.partialRecord(z.enum(CHECK_NAMES), entrySchema),
});
export type ValidationReport = z.infer<typeof reportSchema>;

/** A check with how it stands. */
export interface CheckLine {
  readonly check: CheckName;
  readonly title: string;
  readonly help: string;
  readonly isLong: boolean;
  readonly threshold: string;
  /** Null: not run yet, or under another threshold. */
  readonly passed: boolean | null;
  readonly measured: string | null;
  readonly seconds: number | null;
  readonly at: number | null;
}

/** Every check of a world as a home's report has it (null: there is none). */
export function checkLines(world: WorldName, report: ValidationReport | null, quick = false): CheckLine[] {
  return checksOf(world, quick).map((check) => {
    const { title, help, isLong } = checkKind(check);
    const threshold = thresholdText(check);
    const found = report?.checks[check];
    const entry = found?.threshold === threshold ? found : undefined;
    return {
      check,
      title,
      help,
      isLong,
      threshold,
      passed:
        entry === undefined
          ? null
          : holds(
              check,
              entry.figures.map(({ value }) => value),
            ),
      measured: entry === undefined ? null : measuredText(check, entry),
      seconds: entry?.seconds ?? null,
      at: entry?.at ?? null,
    };
  });
}

/** "sound 42.3 %, cue 34.2 %"; a lone figure without its name. */
export function measuredText(check: CheckName, { figures, detail }: Pick<CheckEntry, 'figures' | 'detail'>): string {
  const { unit } = checkKind(check);
  const told = figures.map(({ name, value }) => {
    const text = figureText(value, unit);
    return figures.length === 1 || name === '' ? text : `${name} ${text}`;
  });
  return [told.join(', '), detail ?? ''].filter((part) => part !== '').join('; ') || 'nothing';
}

/** A world's validation in one line, for footnotes: "World shortcut: validated 2026-11-29, 17 of 17 checks passed." */
export function validationLine(world: WorldName, report: ValidationReport | null): string {
  const lines = checkLines(world, report);
  const run = lines.filter(({ passed }) => passed !== null);
  if (run.length === 0) return `World ${world}: not validated on this home.`;
  const passed = run.filter((line) => line.passed === true).length;
  const last = Math.max(...run.flatMap(({ at }) => at ?? []));
  const left = run.length < lines.length ? `, ${lines.length - run.length} not run` : '';
  const day = new Date(last).toISOString().slice(0, 10);
  return `World ${world}: validated ${day}, ${passed} of ${lines.length} checks passed${left}.`;
}
