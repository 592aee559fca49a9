/** The tokens that end a text, as generation_config.json names them: transformers and vLLM stop at each; config.json often names one alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import type { ModelConfig } from '../../families/family.ts';
import { readJson } from '../../io/json-file.ts';

const id = z.int().nonnegative();
const schema = z.looseObject({ eos_token_id: z.union([id, z.array(id)]).nullish() });

const FILE = 'generation_config.json';

/** The configuration with every end token of the folder's generation_config.json, if it has one. @throws SophiaError 'data' where it names none that can be */
export function withEndTokens(dir: string, config: ModelConfig): ModelConfig {
  const ids = namedEndTokens(dir).filter((one) => one < config.text.vocabSize);
  if (ids.length === 0 || ids.join() === config.text.eosTokenIds.join()) return config;
  return { ...config, text: { ...config.text, eosTokenIds: ids } };
}

/**
 * A line for each file that names end tokens beyond the vocabulary, `config` being config.json's own: no answer can hold one. transformers loads
 * such a model without a word and ends answers by generation_config.json alone where that names any; where all are beyond, they go on to their limit.
 */
export function endTokenWarnings(dir: string, config: ModelConfig): string[] {
  const { vocabSize, eosTokenIds } = config.text;
  const generation = namedEndTokens(dir);
  const isKnown = (id: number) => id < vocabSize;
  const files = [
    ['config.json', eosTokenIds, generation.some(isKnown)],
    [FILE, generation, generation.some(isKnown)],
  ] as const;
  return files.flatMap(([file, ids, ends]) => {
    const beyond = ids.filter((id) => !isKnown(id));
    if (beyond.length === 0) return [];
    const what = `${file} names the end token ${beyond.join(', ')}, beyond the vocabulary of ${vocabSize} tokens`;
    if (ends || (file !== FILE && ids.some(isKnown))) return [what];
    const here = eosTokenIds.some(isKnown) ? '; here config.json’s are used' : '';
    return [`${what}: in transformers answers never end before their limit${here}`];
  });
}

/** The end tokens of the folder's generation_config.json; empty where it has none. */
function namedEndTokens(dir: string): number[] {
  const path = join(dir, FILE);
  if (!existsSync(path)) return [];
  const read = schema.safeParse(readJson(path));
  if (!read.success)
    throw new SophiaError('data', `${path}: eos_token_id must be the number of a token, or a list of them.`);
  return [read.data.eos_token_id ?? []].flat();
}
