/**
 * What a run's settings name outside themselves (models, benchmarks, a data set), looked up before a study is queued: a slip of the pen is
 * told once and at once, not by every run in turn. Deliberately absent: whether the files are sound, which loading them finds out.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { THINKING, type ThinkingTable, thinkingKind } from '../../../shared/kinds/thinking.ts';
import { TRAINED_SPLIT } from '../../../shared/question.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { openManifest } from '../../tasks/import/dataset-folder.ts';
import { benchmarkNames } from '../evaluation/benchmark-questions.ts';

/** Throws a usage error for the first name that leads nowhere. `home` is where imported models and data sets lie. */
export function checkNames(settings: Settings, home: string, kinds: ThinkingTable = THINKING): void {
  const { model, data, reward, evaluation } = settings;
  modelFolder(model.policy, home);
  const { modelSetting } = thinkingKind(reward, kinds);
  if (modelSetting !== null) modelFolder(model[modelSetting], home);
  benchmarkNames(evaluation.benchmarks, data.world, home);
  if (data.source === 'embedded') return;
  const { splits } = openManifest(home, data.source);
  if (splits !== undefined && splits[TRAINED_SPLIT] === undefined)
    throw new SophiaError(
      'usage',
      `Data set "${data.source}" has no question to train on: its splits are ${Object.keys(splits).join(', ')}.`,
      `Only "${TRAINED_SPLIT}" is trained on; the others are benchmarks (evaluation.benchmarks: [${data.source}/SPLIT]).`,
    );
}
