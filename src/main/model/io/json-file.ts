/** JSON files: those that must be readable, and those that may be anything. */
import { SophiaError } from '../../../shared/errors.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { isTooDeep, parsedJson } from '../../../shared/values/parsed-json.ts';
import { readWhole } from './local-path.ts';

/** The value of a JSON file. @throws SophiaError 'data' naming the file that cannot be read or is no JSON, with `fix` where one is given */
export function readJson(path: string, fix?: string): unknown {
  let text: string;
  try {
    text = readWhole(path);
  } catch (error) {
    if (error instanceof SophiaError) throw error;
    throw new SophiaError('data', `${path} cannot be read.`, fix);
  }
  if (text.startsWith('version https://git-lfs.github.com/'))
    throw new SophiaError(
      'data',
      `${path} is a Git LFS pointer, not the file.`,
      'Run git lfs pull in its repository, or download the file itself.',
    );
  if (isTooDeep(text)) throw new SophiaError('data', `${path} is nested too deep to be read.`, fix);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SophiaError('data', `${path} is not valid JSON: ${firstPart((error as Error).message, '\n')}.`, fix);
  }
}

/** The value of a JSON file; undefined, which no JSON is, where it cannot be read or is no JSON. */
export function jsonOf(path: string): unknown {
  try {
    return parsedJson(readWhole(path));
  } catch {
    return undefined;
  }
}
