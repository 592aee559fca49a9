/** What tables and verdicts of a study say of the world it was made in: whether this home has validated it, when, and how many checks passed. */
import { mergePatches, valueAt } from '../../../shared/settings/setting-paths.ts';
import type { Study } from '../../../shared/study/study.ts';
import { VALIDATED_WORLDS } from '../../../shared/validation/checks.ts';
import { validationLine } from '../../../shared/validation/report.ts';
import { readReport } from './report-file.ts';

/** One line for each world of a study's variants that has checks; none for the everyday world. */
export function validationNotes(home: string, plan: Study): string[] {
  const names = plan.variants.map(({ patch }) => valueAt(mergePatches(plan.settings, patch), 'data.world'));
  return VALIDATED_WORLDS.filter((world) => names.includes(world)).map((world) =>
    validationLine(world, readReport(home, world)),
  );
}
