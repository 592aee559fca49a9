/**
 * What a run's settings name outside themselves (models, benchmarks, a data set), looked up before a study is queued: a slip of the pen is
 * told once and at once, not by every run in turn. Deliberately absent: whether the files are sound, which loading them finds out.
 */
import type { Settings } from '../../shared/settings/settings.ts';
import { modelFolder } from '../model/folder/find-model.ts';
import { openManifest } from '../tasks/import/dataset-folder.ts';
import { benchmarkNames } from './evaluation/benchmark-questions.ts';

/** Throws a usage error for the first name that leads nowhere. `home` is where imported data sets lie. */
export function checkNames({ model, data, reward, evaluation }: Settings, home: string): void {
  modelFolder(model.policy, home);
  if (reward.thinking === 'trm') modelFolder(model.trm, home);
  if (reward.thinking === 'step-level') modelFolder(model.stepTrm, home);
  benchmarkNames(evaluation.benchmarks);
  if (data.source !== 'embedded') openManifest(home, data.source);
}
