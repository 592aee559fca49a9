/** What a run's checkpoints are told apart by. */
import { hashedSettings } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { hashOf } from '../../../shared/values/hash.ts';

/** What a run is made of beside its settings. */
export interface RunParts {
  readonly modelHash: string; // the policy's, in place of its name: the same weights elsewhere are the same run
  readonly dataHash: string;
  readonly layout: string; // what stands around a question
}

/**
 * The hash of what is trained on: of an imported set's questions, else of the settings that make the questions. How their
 * pictures are resized is no part of it.
 */
export function trainedDataHash({ data }: Pick<Settings, 'data'>, questionsHash: string | undefined): string {
  const { maxPixels: _most, minPixels: _least, ...made } = data;
  return questionsHash ?? hashOf(made);
}

/**
 * The hash of a run's settings and parts: a checkpoint goes on only under the hash that it was made with. Settings that
 * were added later are part of it where they differ from their default only, so that older checkpoints go on.
 */
export function runConfigHash(settings: Settings, { modelHash, dataHash, layout }: RunParts): string {
  const hashed = hashedSettings(settings);
  const { policy: _byItsHash, ...model } = hashed.model;
  return hashOf({ ...hashed, model: { ...model, policy: modelHash }, dataHash, layout });
}
