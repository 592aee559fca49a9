/**
 * Names that become paths. Every name that was not written in this program's own source (of a run, a data set, an uploaded file, an entry
 * of an archive) becomes a path by `inside` and nowhere else; test/architecture/paths.test.ts looks for others.
 */
import { basename, join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';

/** Longest part of a path: in characters, and in the bytes that file systems count. */
const LONGEST_PART = 200;
const LONGEST_BYTES = 255;
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const RESERVED = /[\x00-\x1f\x7f<>:"|?*]/;

/** Why a text is no path below a folder, in words that follow its name, or null. Such a path is relative, has forward slashes, and means the same on every system. */
export function pathFault(path: string): string | null {
  if (path.includes('\\')) return 'has a backslash in its name';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'has an absolute path';
  for (const part of path.split('/')) {
    if (part === '..' || part === '.') return 'leads outside its folder';
    if (part === '') return 'is a folder or has an empty part in its name';
    const isLong = part.length > LONGEST_PART || Buffer.byteLength(part) > LONGEST_BYTES;
    if (RESERVED.test(part) || /[. ]$/.test(part) || DEVICES.test(part) || isLong)
      return 'has a name that not every system can hold';
  }
  return null;
}

/** The path of a name (or of several parts with slashes between them) below a folder. @throws SophiaError 'data' for a name that would lead elsewhere. */
export function inside(folder: string, path: string): string {
  const why = pathFault(path);
  if (why !== null)
    throw new SophiaError('data', `${JSON.stringify(path.slice(0, 100))} ${why}: it names no file here.`);
  return join(folder, path);
}

/** The path of an entry that a listing of the folder gave: any name that this system can hold, but one name. @throws SophiaError 'internal' for a path. */
export function entryOf(folder: string, name: string): string {
  if (name === '' || name === '.' || name === '..' || name !== basename(name))
    throw new SophiaError('internal', `${JSON.stringify(name)} is not a file name.`);
  return join(folder, name);
}

/** A file's name made of any text, as near to it as every system allows: "a/b" becomes "a-b". */
export function fileNameOf(text: string): string {
  const plain = text.replace(/[\\/]/g, '-').replace(new RegExp(RESERVED, 'g'), '-').toWellFormed();
  const name = shortened(plain, LONGEST_PART - 50).replace(/^[. ]+|[. ]+$/g, ''); // room for an ending
  return pathFault(name) === null ? name : `-${name}`;
}

/** The beginning of a text that takes at most so many bytes, whole characters. */
function shortened(text: string, most: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}
