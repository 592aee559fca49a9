/** What is about to be imported: files of the browser, or a path on the engine's machine. Told from names alone. */
import { dataFormatOf } from '../../shared/kinds/data-format.ts';
import type { NamedFile } from '../api/upload.ts';

export type ImportKind = 'model' | 'data';

const MODEL_FILE = /\.(safetensors|json|jinja|txt|model)$|^README\.md$|^LICENSE/i;

const lastPart = (path: string) =>
  path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1) ?? '';

/** Files without the folder that they all lie in. */
function withoutFolder(files: readonly NamedFile[]): NamedFile[] {
  const [first] = files;
  const top = first?.path.split('/')[0];
  if (top === undefined || !files.every(({ path }) => path.startsWith(`${top}/`))) return [...files];
  return files.map(({ path, file }) => ({ path: path.slice(top.length + 1), file }));
}

/** A model has config.json beside its weights; everything else is taken for data. */
export function kindOf(files: readonly NamedFile[]): ImportKind {
  return withoutFolder(files).some(({ path }) => path === 'config.json') ? 'model' : 'data';
}

/** The files to upload: for a model those that belong to one, for data all. */
export function filesToUpload(files: readonly NamedFile[], kind: ImportKind): NamedFile[] {
  const inside = withoutFolder(files);
  return kind === 'data' ? inside : inside.filter(({ path }) => MODEL_FILE.test(path));
}

/** The data file among dropped ones: the one nearest the top, or undefined. */
export function dataFileOf(files: readonly NamedFile[]): string | undefined {
  const depth = (path: string) => path.split('/').length;
  return filesToUpload(files, 'data')
    .map(({ path }) => path)
    .filter((path) => dataFormatOf(path) !== undefined)
    .sort((a, b) => depth(a) - depth(b) || a.localeCompare(b))[0];
}

/** A name that a model or data set may have, from a path or what was dropped. */
export function nameFrom(source: string | readonly NamedFile[], kind: ImportKind): string {
  const path =
    typeof source === 'string'
      ? source
      : kind === 'data'
        ? (dataFileOf(source) ?? '')
        : (source[0]?.path.split('/')[0] ?? '');
  const last = kind === 'data' ? lastPart(path).replace(/\.[^.]*$/, '') : lastPart(path);
  return last
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '')
    .slice(0, 64);
}

/** The name under which a file goes to the engine: what a path must not hold is replaced. */
export function sentName({ name }: { readonly name: string }): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').slice(-200);
}
