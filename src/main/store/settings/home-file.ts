/** Small files of a home that hold what its user chose: JSON, whole or not at all, for its owner's eyes. */
import { SophiaError } from '../../../shared/errors.ts';
import { atomicWriteText } from '../../model/io/atomic-write.ts';

/** Writes a value as such a file. @throws SophiaError 'environment' where the home cannot be written */
export function writeHomeFile(file: string, value: unknown): void {
  try {
    atomicWriteText(file, `${JSON.stringify(value, null, 2)}\n`, 0o600);
  } catch (error) {
    throw new SophiaError(
      'environment',
      `${file} cannot be written (${(error as Error).message}).`,
      'Free space or fix its permissions.',
      { cause: error },
    );
  }
}
