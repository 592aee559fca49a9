/** The tokens that end a text, as generation_config.json names them: transformers and vLLM stop at each; config.json often names one alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import type { ModelConfig } from '../../families/family.ts';
import { readJson } from '../../io/json-file.ts';

const id = z.int().nonnegative();
const schema = z.looseObject({ eos_token_id: z.union([id, z.array(id)]).nullish() });

/** The configuration with every end token of the folder's generation_config.json, if it has one. @throws SophiaError 'data' where it names none that can be */
export function withEndTokens(dir: string, config: ModelConfig): ModelConfig {
  const path = join(dir, 'generation_config.json');
  if (!existsSync(path)) return config;
  const read = schema.safeParse(readJson(path));
  if (!read.success)
    throw new SophiaError('data', `${path}: eos_token_id must be the number of a token, or a list of them.`);
  const ids = [read.data.eos_token_id ?? []].flat().filter((one) => one < config.text.vocabSize);
  if (ids.length === 0 || ids.join() === config.text.eosTokenIds.join()) return config;
  return { ...config, text: { ...config.text, eosTokenIds: ids } };
}
