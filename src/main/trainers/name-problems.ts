/** Models, benchmarks and data sets that settings name and that are not there: looked up before any trainer starts. */
import { SophiaError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { checkNames } from '../train/prepare/check-names.ts';

/** The first of them as an error with its fix; none where all are there. */
export function nameProblems(settings: Settings, home: string): SophiaError[] {
  try {
    checkNames(settings, home);
    return [];
  } catch (error) {
    if (error instanceof SophiaError) return [error];
    throw error;
  }
}
