/** Models of a home: importing one from a folder or from uploaded files, and removing one that no run needs. */
import { namesOf } from '../../shared/kinds/kind.ts';
import { MODEL_ROLES } from '../../shared/kinds/thinking.ts';
import { importModel, removeModel } from '../model/folder/model-library.ts';
import { refuseNeeded, type WorkAndStore } from './runs/refuse-busy.ts';
import { forgetUploads, uploadedBatch } from './uploads.ts';

/** A folder of this machine, or a batch of uploaded files; `link`: the folder stays where it is. */
export interface ModelSource {
  readonly folder?: string | undefined;
  readonly batch?: string | undefined;
  readonly name: string;
  readonly link: boolean;
}

/** Imports a model; uploaded files are moved into it. @throws SophiaError where it is no model that can be read */
export async function importModelFrom(home: string, { folder = '', batch, name, link }: ModelSource) {
  if (batch === undefined) return importModel(home, folder, { name, link });
  try {
    return await importModel(home, uploadedBatch(home, batch), { name });
  } finally {
    forgetUploads(home, batch);
  }
}

/** Removes a model from the home. @throws SophiaError 'conflict' where a run at work needs it */
export function removeUnneededModel(place: WorkAndStore, name: string) {
  refuseNeeded(place, `Model "${name}"`, ({ model }) =>
    namesOf(MODEL_ROLES).some((setting) => model[setting] === name),
  );
  return removeModel(place.store.paths.home, name);
}
