/** Before a study starts: what its pictures will cost, where that is much. */

import { parseStudy, planRuns } from '../../../shared/study/study.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadConfig, loadImageEncoder } from '../../model/folder/model-folder.ts';
import { pictureCost, pictureWarning } from '../../rollouts/picture-cost.ts';
import { trainedQuestions } from '../../train/question-stream.ts';
import { openDatasetOf } from '../questions/open-datasets.ts';

/** A warning for each policy, set of questions and limits of a study's text whose pictures cost much. What cannot be found is told elsewhere. */
export async function pictureWarnings(home: string, yaml: string): Promise<string[]> {
  const plans = planRuns(parseStudy(yaml, 'study')).map(({ settings }) => settings);
  const alike = groupBy(plans, ({ model, data: { source, minPixels, maxPixels } }) =>
    JSON.stringify([model.policy, source, minPixels, maxPixels]),
  );
  const found: string[] = [];
  for (const [settings] of alike.values()) {
    if (settings === undefined || settings.data.source === 'embedded') continue;
    try {
      const folder = modelFolder(settings.model.policy, home);
      const { questions, sizeOf } = await openDatasetOf(home, settings.data.source);
      const encoder = loadImageEncoder(folder, loadConfig(folder));
      const warning = pictureWarning(
        pictureCost(encoder, trainedQuestions(settings, questions), sizeOf, settings.data),
      );
      if (warning !== null) found.push(warning);
    } catch {} // a set or a model that is not there is a problem of the study's inputs
  }
  return [...new Set(found)];
}
