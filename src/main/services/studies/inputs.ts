/**
 * What a study's arms are made from, before any has started: the code, the data, the model files, each with a hash. Arms share them
 * unless a setting says otherwise, and what cannot be found is a problem that is told before the start, not after an hour.
 */
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { MODEL_ROLES, modelSettings } from '../../../shared/kinds/thinking.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { planRuns, type Study } from '../../../shared/study/study.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { modelFilesHash } from '../../model/folder/model-library.ts';
import { rememberedHash } from '../../model/io/content-hash-thread.ts';
import { datasetFolder, openManifest } from '../../tasks/import/dataset-folder.ts';
import { trainedDataHash } from '../../train/prepare/run-identity.ts';
import { codeVersion } from '../../trainers/native/code-version.ts';

/** One input and the variants that use it. `hash` is null, and `problem` a sentence, where it cannot be had. */
export interface StudyInput {
  readonly what: string;
  readonly name: string;
  readonly hash: string | null;
  readonly problem: string | null;
  readonly variants: readonly string[];
}

type Found = Pick<StudyInput, 'what' | 'name' | 'hash' | 'problem'>;

/**
 * Code, data and models of a checked study, as a home has them. Model files are read in another thread, once while they stay as they are.
 */
export async function studyInputs(home: string, study: Study): Promise<StudyInput[]> {
  const found = new Map<string, StudyInput>();
  for (const { variant, settings, seed } of planRuns(study)) {
    if (seed !== study.seeds[0]) continue;
    for (const input of await inputsOf(settings, home)) {
      const key = JSON.stringify(input);
      const known = found.get(key);
      found.set(key, { ...input, variants: [...(known?.variants ?? []), variant] });
    }
  }
  return [...found.values()];
}

function inputsOf(settings: Settings, home: string): Promise<Found[]> {
  const { model, data, reward } = settings;
  const modelHash = (name: string) => modelFilesHash(modelFolder(name, home));
  return Promise.all([
    { what: 'code', name: 'Sophia Lab', hash: codeVersion(), problem: null },
    tried('data', data.source, () =>
      data.source === 'embedded' ? trainedDataHash({ data }, undefined) : datasetHash(home, data.source),
    ),
    ...modelSettings(reward).map((setting) =>
      tried(MODEL_ROLES[setting], model[setting], () => modelHash(model[setting])),
    ),
  ]);
}

/** The hash of a data set's questions, looked at in another thread. @throws SophiaError where there is none or it was altered */
async function datasetHash(home: string, name: string): Promise<string> {
  const { questionsHash } = openManifest(home, name);
  const { hash } = await rememberedHash(join(datasetFolder(home, name), 'questions.jsonl'));
  if (hash !== questionsHash) throw new SophiaError('data', `Data set "${name}" was altered since its import.`);
  return questionsHash;
}

async function tried(what: string, name: string, hash: () => string | Promise<string>): Promise<Found> {
  try {
    return { what, name, hash: await hash(), problem: null };
  } catch (error) {
    const problem = error instanceof SophiaError ? error.message : `${what} "${name}" cannot be read.`;
    return { what, name, hash: null, problem };
  }
}
