/** A PEFT adapter joined to the model that it was trained on, as a model of the home: its weights merged, all else as the base has it. */
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { useBackend } from '../../tensor/backend.ts';
import { inside } from '../io/path-names.ts';
import { modelFolder, modelsFolder } from './find-model.ts';
import { loadModel, saveModel } from './model-folder.ts';
import { checkModelName, type LibraryModel, listModels } from './model-library.ts';
import { isPeftFolder, readPeftAdapter } from './peft-adapter.ts';

/** Writes HOME/models/NAME. @throws SophiaError where the folder is no adapter, or not one of this base */
export async function importAdapter(home: string, folder: string, base: string, name: string): Promise<LibraryModel> {
  const from = resolve(folder);
  if (!existsSync(from) || !isPeftFolder(from))
    throw new SophiaError(
      'usage',
      `${from} is no PEFT adapter: it has no adapter_config.json.`,
      'Leave --base out for a whole model.',
    );
  checkModelName(home, name);
  await useBackend('auto');
  const model = loadModel(modelFolder(base, home), { dtype: 'auto' });
  const { adapters, rank, alpha } = readPeftAdapter(from, model.config);
  mkdirSync(modelsFolder(home), { recursive: true });
  const { config, tokenizer, dir: origin } = model;
  const weights = { ...model.weights, ...adapters };
  saveModel(inside(modelsFolder(home), name), { config, tokenizer, weights, loraScale: alpha / rank, origin });
  const made = listModels(home).find((known) => known.name === name);
  if (made === undefined) throw new SophiaError('internal', `Model "${name}" was written and is not listed.`);
  return made;
}
