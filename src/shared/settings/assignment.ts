/** One setting as it is written on a command line: `--set reward.alpha=0.5`. */
import { SophiaError } from '../errors.ts';
import { settingLeaf } from './setting-paths.ts';

/** Reads `a.b=c` as given to `--set`: the value is read as YAML-like scalar (number, true/false, list a,b) by the leaf's kind. */
export function parseAssignment(text: string): { path: string; value: unknown } {
  const at = text.indexOf('=');
  if (at < 1)
    throw new SophiaError(
      'usage',
      `--set "${text}" is not of the form setting=value.`,
      'Example: --set reward.alpha=0.5',
    );
  const path = text.slice(0, at).trim();
  const raw = text.slice(at + 1).trim();
  const leaf = settingLeaf(path);
  if (leaf.kind === 'list')
    return {
      path,
      value:
        raw === ''
          ? []
          : raw
              .replace(/^\[|\]$/g, '')
              .split(',')
              .map((part) => part.trim()),
    };
  if (leaf.whenNull !== undefined && raw === 'null') return { path, value: null };
  if (leaf.kind === 'boolean' && (raw === 'true' || raw === 'false')) return { path, value: raw === 'true' };
  if ((leaf.kind === 'number' || leaf.kind === 'integer') && raw !== '' && Number.isFinite(Number(raw)))
    return { path, value: Number(raw) };
  return { path, value: raw };
}
