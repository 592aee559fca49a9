/**
 * What a run reads and relies on (policy, thinking reward model, KL reference, data set, program), each with a hash: the run's manifest. It lies in
 * every checkpoint (trainer.json), and the checkpoint's own hash lies in the database. A run that goes on compares what it reads now with
 * it: something altered is told by name, and the run pauses, as its steps would no longer be those of one experiment.
 */
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { contentFiles, contentHash } from '../../model/io/content-hash.ts';

/** What an input is to the run. */
const INPUT_ROLES = {
  policy: 'The policy model',
  trm: 'The thinking reward model',
  stepTrm: 'The process reward model',
  reference: 'The KL reference',
  data: 'The data set',
  code: 'The program',
} as const;
/** A name of INPUT_ROLES. */
export type InputRole = keyof typeof INPUT_ROLES;

/** One input; the hash is sha256 over everything of it that changes a result. */
export interface RunInput {
  readonly role: InputRole;
  readonly name: string;
  readonly hash: string;
}

/** Files of a model's folder beside its weights that loading reads. */
const READ_TOO = /^(?!.*index\.json$)[^/]+\.(json|jinja)$/;

/** A loaded model: its weights and configuration, tokenizer, templates, how pictures are prepared; whatever the file's layout. */
export function modelInput(
  role: 'policy' | 'trm' | 'stepTrm',
  name: string,
  { dir, hash }: Pick<Model, 'dir' | 'hash'>,
): RunInput {
  const files = contentFiles(dir, { withoutHidden: true })
    .filter((file) => READ_TOO.test(file))
    .map((file) => [file, contentHash(join(dir, file)).hash]);
  return { role, name, hash: hashOf({ weights: hash, files }) };
}

/** The folder in which a run keeps its KL reference. */
export function referenceInput(folder: string): RunInput {
  return { role: 'reference', name: 'reference', hash: contentHash(folder).hash };
}

/** @throws SophiaError 'altered' for the first input of `known` that is another now. Another program is told, not refused (codeChange). */
export function refuseAltered(known: readonly RunInput[], now: readonly RunInput[]): void {
  for (const { role, name, hash } of known) {
    if (role === 'code') continue;
    const found = now.find((input) => input.role === role);
    if (found === undefined) throw altered(role, name, 'it is gone');
    if (found.hash !== hash)
      throw altered(role, name, `its hash was ${hash.slice(0, 12)} and is ${found.hash.slice(0, 12)}`);
  }
}

/** Reads an input of a run that goes on: what can no longer be read counts as altered. */
export function readAgain<T>(role: InputRole, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SophiaError && (error.code === 'data' || error.code === 'usage'))
      throw altered(role, name, error.message);
    throw error;
  }
}

/** One line where a run goes on by another program than it began with, or null. */
export function codeChange(known: readonly RunInput[], now: readonly RunInput[]): string | null {
  const [before, after] = [known, now].map((inputs) => inputs.find(({ role }) => role === 'code')?.hash);
  if (before === undefined || after === undefined || before === after) return null;
  return `The program was changed since this checkpoint (${before}, now ${after}): steps from here on need not be those that it would have made.`;
}

function altered(role: InputRole, name: string, why: string): SophiaError {
  return new SophiaError(
    'altered',
    `${INPUT_ROLES[role]} "${name}" was altered since this run began (${why.replace(/\.$/, '')}).`,
    'Put its files back as they were, then resume; or start a new study with what is there now.',
  );
}
