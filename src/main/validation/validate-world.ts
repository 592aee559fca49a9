/**
 * One world's validation, step by step: what is known already is used again, every new entry is kept in the home at once, so that an interrupted
 * validation goes on where it was. Deliberately absent: training the studies (cli/validation, which has an engine for it).
 */
import { existsSync } from 'node:fs';
import { studyHash } from '../../shared/study/study.ts';
import { type CheckName, checksOf, thresholdText } from '../../shared/validation/checks.ts';
import type { CheckEntry, ValidationReport } from '../../shared/validation/report.ts';
import { hashOf } from '../../shared/values/hash.ts';
import { WORLDS, type WorldName } from '../../shared/worlds/worlds.ts';
import { EMBEDDED_MODELS, modelFolder } from '../model/folder/find-model.ts';
import { contentHash } from '../model/io/content-hash.ts';
import { inside } from '../model/io/path-names.ts';
import type { ReadStore } from '../store/store.ts';
import { readReport, writeReport } from '../store/validation/report-file.ts';
import type { SumWorld } from '../tasks/worlds/sums/generate.ts';
import { judgeStudy } from './long-checks.ts';
import { type Measured, nothing } from './measured.ts';
import { quickGroups } from './quick-checks.ts';
import { FULL_SIZE, PLANS, type PlanName, type PlanSize, planStudy } from './study-plans.ts';

/** What a validation is made with. */
export interface ValidationContext {
  readonly home: string;
  readonly code: string; // hash of the program's sources
  readonly questions: number; // of each form, in quick checks
  /** Told after each entry, whether measured now or used again. */
  readonly onEntry: (check: CheckName, report: ValidationReport) => void;
  /** Asked between groups: true ends the validation early. */
  readonly isStopped?: () => boolean;
}

/** Questions of each form that the quick checks ask. */
export const QUESTIONS = 200;

/** Weights of the models of a world, by name: sha256 of the file, null where it is not there. */
export function worldModels(world: WorldName): Record<string, string | null> {
  return Object.fromEntries(
    Object.values(WORLDS[world].models).map((name) => {
      const file = inside(EMBEDDED_MODELS, `${name}/model.safetensors`);
      return [name, existsSync(file) ? contentHash(file).hash : null];
    }),
  );
}

/** Measures the quick checks of a world. A check whose model is missing fails and says so. Needs a started backend. */
export async function validateQuickly(world: SumWorld, context: ValidationContext): Promise<ValidationReport> {
  const { code, questions } = context;
  const models = worldModels(world);
  let report = begun(context.home, world, models);
  const wanted = new Set(checksOf(world, true));
  for (const { checks, model, measure } of quickGroups(world)) {
    if (context.isStopped?.() === true) break;
    const own = checks.filter((check) => wanted.has(check));
    if (own.length === 0) continue;
    const key = hashOf({ code, questions, model: model === null ? null : models[model] });
    const isKnown = own.every((check) => report.checks[check]?.key === key && isCurrent(check, report));
    if (!isKnown) {
      const began = performance.now();
      const found =
        model !== null && models[model] === null
          ? Object.fromEntries(own.map((check) => [check, nothing(`model ${model} is not there`)]))
          : await measure(world, model === null ? '' : modelFolder(model), questions);
      const seconds = (performance.now() - began) / 1000 / own.length;
      report = kept(context.home, report, own, found, { key, code, seconds });
    }
    for (const check of own) context.onEntry(check, report);
  }
  return report;
}

/** Judges a trained study of a world. The entry of one that was judged before stays as it is. */
export function judgeWorldStudy(
  store: ReadStore,
  world: SumWorld,
  plan: PlanName,
  studyId: number,
  context: ValidationContext,
  size: PlanSize = FULL_SIZE,
): ValidationReport {
  const models = worldModels(world);
  const report = begun(context.home, world, models);
  const checks = PLANS[plan];
  const key = hashOf({ study: studyHash(planStudy(world, plan, models, size)) });
  const isKnown = checks.every(
    (check) => report.checks[check]?.key === key && report.checks[check].figures.length > 0 && isCurrent(check, report),
  );
  const seconds = store.listRuns({ studyId }).reduce((sum, run) => sum + (run.seconds ?? 0), 0) / checks.length;
  const next = isKnown
    ? report
    : kept(context.home, report, checks, judgeStudy(store, plan, studyId), { key, code: context.code, seconds });
  for (const check of checks) context.onEntry(check, next);
  return next;
}

/** Whether a model that a study needs is missing: then its checks fail, and say so. */
export function failWithoutModels(world: SumWorld, plan: PlanName, context: ValidationContext): boolean {
  const models = worldModels(world);
  const missing = Object.keys(models).filter((name) => models[name] === null);
  if (missing.length === 0) return false;
  const why = nothing(`model ${missing.join(', ')} is not there`);
  const found = Object.fromEntries(PLANS[plan].map((check) => [check, why]));
  const how = { key: '', code: context.code, seconds: 0 };
  const report = kept(context.home, begun(context.home, world, models), PLANS[plan], found, how);
  for (const check of PLANS[plan]) context.onEntry(check, report);
  return true;
}

function begun(home: string, world: WorldName, models: ValidationReport['models']): ValidationReport {
  return { world, models, checks: readReport(home, world)?.checks ?? {} };
}

const isCurrent = (check: CheckName, report: ValidationReport) =>
  report.checks[check]?.threshold === thresholdText(check);

function kept(
  home: string,
  report: ValidationReport,
  checks: readonly CheckName[],
  found: Partial<Readonly<Record<CheckName, Measured>>>,
  how: Pick<CheckEntry, 'key' | 'code' | 'seconds'>,
): ValidationReport {
  const entries = checks.map((check): [CheckName, CheckEntry] => {
    const measured = found[check] ?? nothing('not measured');
    return [check, { ...measured, ...how, threshold: thresholdText(check), at: Date.now() }];
  });
  const next = { ...report, checks: { ...report.checks, ...Object.fromEntries(entries) } };
  writeReport(home, next);
  return next;
}
