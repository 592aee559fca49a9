/**
 * How a model's folder says that pictures are prepared for it, in transformers' order: the image_processor within
 * processor_config.json (what transformers 5 saves), else preprocessor_config.json.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../io/json-file.ts';

/** The name of the file that is written, and that released checkpoints have. */
export const PREPROCESSOR = 'preprocessor_config.json';
const PROCESSOR = 'processor_config.json';

/** What a folder says, and the file that says it; null where none does. @throws SophiaError where a file is no JSON */
export function findPreprocessor(dir: string): { readonly json: unknown; readonly where: string } | null {
  const [nested, own] = [join(dir, PROCESSOR), join(dir, PREPROCESSOR)];
  const within = existsSync(nested)
    ? (readJson(nested) as { image_processor?: unknown } | null)?.image_processor
    : null;
  if (typeof within === 'object' && within !== null) return { json: within, where: nested };
  return existsSync(own) ? { json: readJson(own), where: own } : null;
}
