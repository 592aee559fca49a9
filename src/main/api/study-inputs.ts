/**
 * What a study's arms are made from, before any has started: the code, the data, the model files, each with a hash. Arms share them
 * unless a setting says otherwise, and what cannot be found is a problem that is told before the start, not after an hour.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { hashOf, planRuns, type Study } from '../../shared/study/study.ts';
import { codeVersion } from '../jobs/code-version.ts';
import { modelFolder } from '../model/folder/find-model.ts';
import { openDataset } from '../tasks/import/dataset-folder.ts';
import type { ApiContext } from './context.ts';

/** One input and the variants that use it. `hash` is null, and `problem` a sentence, where it cannot be had. */
export interface StudyInput {
  readonly what: string;
  readonly name: string;
  readonly hash: string | null;
  readonly problem: string | null;
  readonly variants: readonly string[];
}

type Found = Pick<StudyInput, 'what' | 'name' | 'hash' | 'problem'>;
const hashes = new Map<string, string>();

/** Code, data and models of a checked study. */
export function studyInputs({ store }: ApiContext, study: Study): StudyInput[] {
  const found = new Map<string, StudyInput>();
  for (const { variant, settings, seed } of planRuns(study)) {
    if (seed !== study.seeds[0]) continue;
    for (const input of inputsOf(settings, store.paths.home)) {
      const key = JSON.stringify(input);
      const known = found.get(key);
      found.set(key, { ...input, variants: [...(known?.variants ?? []), variant] });
    }
  }
  return [...found.values()];
}

function inputsOf(settings: Settings, home: string): Found[] {
  const { model, data, reward } = settings;
  return [
    { what: 'code', name: 'Sophia Lab', hash: codeVersion(), problem: null },
    tried('data', data.source, () =>
      data.source === 'embedded' ? hashOf(data) : openDataset(home, data.source).manifest.questionsHash,
    ),
    tried('policy', model.policy, () => modelHash(model.policy, home)),
    ...(reward.thinking === 'trm' ? [tried('TRM', model.trm, () => modelHash(model.trm, home))] : []),
    ...(reward.thinking === 'step-level'
      ? [tried('step-level model', model.stepTrm, () => modelHash(model.stepTrm, home))]
      : []),
  ];
}

function tried(what: string, name: string, hash: () => string): Found {
  try {
    return { what, name, hash: hash(), problem: null };
  } catch (error) {
    const problem = error instanceof SophiaError ? error.message : `${what} "${name}" cannot be read.`;
    return { what, name, hash: null, problem };
  }
}

/** sha256 over configuration and weight file, kept while the file's size and time stay. */
function modelHash(name: string, home: string): string {
  const folder = modelFolder(name, home);
  const files = ['config.json', 'model.safetensors', 'model.safetensors.index.json']
    .map((file) => join(folder, file))
    .filter(existsSync);
  const key = files.map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`).join('\n');
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(file));
  const hash = digest.digest('hex');
  hashes.set(key, hash);
  return hash;
}
