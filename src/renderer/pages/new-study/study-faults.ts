/** What is wrong with each field of New study, in the words of its label. */
import { settingLeaves } from '../../../shared/settings/setting-paths.ts';
import type { SameArm } from '../../../shared/study/same-arms.ts';
import type { Problem } from '../../api/client.ts';

/** A line per field that is wrong: by the name of a field of the study, or by the path of a setting. */
export type StudyFaults = Readonly<Record<string, string>>;

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  seeds: 'Seeds',
  contrasts: 'Contrasts',
  variants: 'Variants',
  factors: 'Factors',
};

/**
 * The faults of a study as it is written. `problem`: what its check says; `free`: a name in place of one that another study has; `twice`:
 * variants that would train as others of the study do.
 */
export function studyFaults(
  problem: Problem | null,
  name: string,
  free: string | null,
  twice: readonly SameArm[],
): StudyFaults {
  if (problem?.field !== undefined) {
    const { path, reason } = problem.field;
    const [field = ''] = path.split('.');
    const label = LABELS[field] ?? settingLeaves().find((leaf) => leaf.path === path)?.title ?? path;
    return { [field in LABELS ? field : path]: `${label}${/^(is|does) /.test(reason) ? '' : ':'} ${reason}` };
  }
  return {
    ...(free !== null && { name: `Name: another study is called ${name}. ${free} is free` }),
    ...(twice.length > 0 && {
      variants: `Variants: ${twice.map((arm) => `${arm.name} trains exactly as ${arm.as}`).join('; ')}`,
    }),
  };
}
