/** A checkpoint of a run on a cluster becomes a model of the home: fetched beside the models, read, and named only when it is whole. */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { modelsFolder } from '../../model/folder/find-model.ts';
import { checkModelName, importModel, type LibraryModel } from '../../model/folder/model-library.ts';
import type { ReadStore } from '../../store/store.ts';

/** Which checkpoint, under which name; without a step the newest. */
export interface FetchedModel {
  readonly run: number;
  readonly step?: number | undefined;
  readonly name: string;
}

/** Fetches it; `fetch` copies a checkpoint's files into a folder. @throws SophiaError where there is none, the name is taken, or it does not come whole */
export async function fetchAsModel(
  store: Pick<ReadStore, 'checkpoints' | 'run' | 'paths'>,
  fetch: (uri: string, into: string) => Promise<void>,
  { run, step, name }: FetchedModel,
): Promise<LibraryModel> {
  const { home } = store.paths;
  const checkpoints = store.checkpoints(run);
  const chosen = step === undefined ? checkpoints[0] : checkpoints.find((checkpoint) => checkpoint.step === step);
  if (chosen === undefined)
    throw new SophiaError(
      'usage',
      `Run ${store.run(run).name} has no checkpoint${step === undefined ? '' : ` of step ${step}`}.`,
      checkpoints.length === 0 ? 'Wait for its first.' : `It has: ${checkpoints.map((one) => one.step).join(', ')}.`,
    );
  checkModelName(home, name);
  mkdirSync(modelsFolder(home), { recursive: true });
  const staging = await mkdtemp(join(modelsFolder(home), '.fetched-'));
  try {
    await fetch(chosen.uri, staging);
    return await importModel(home, staging, { name });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
