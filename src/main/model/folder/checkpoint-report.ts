/**
 * Looks at a checkpoint folder without loading a weight: what its configuration asks for, what its files hold, and
 * every difference.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { type ChatMessage, textPart } from '../chat/chat-template.ts';
import type { ModelConfig } from '../families/family.ts';
import { familyOf, parseModelConfig } from '../families/registry.ts';
import { readJson } from '../io/json-file.ts';
import { BYTES_PER_ELEMENT } from '../io/number-formats.ts';
import type { TensorEntry } from '../io/safetensors.ts';
import { readWeights } from '../io/sharded-safetensors.ts';
import { missingTokenizer, refuseForeign } from './foreign-folder.ts';
import { findChatTemplate, TOKENIZER_CONFIG } from './side-files/chat-template-file.ts';
import { endTokenWarnings, withEndTokens } from './side-files/end-tokens.ts';
import { findPreprocessor } from './side-files/preprocessor-file.ts';
import { loadTokenizer } from './tokenizer.ts';

/** What a checkpoint folder holds. */
export interface CheckpointReport {
  readonly family: string; // title of the family that config.json's model_type names
  readonly config: ModelConfig;
  readonly parameters: { readonly text: number; readonly vision: number; readonly total: number };
  readonly bytes: number; // of the weights on disk
  readonly formats: readonly string[]; // number formats, e.g. ["BF16"]
  readonly layout: 'released' | 'prefixed'; // names as in the released checkpoints, or as other versions of transformers write them
  readonly files: { readonly tokenizer: boolean; readonly preprocessor: boolean; readonly generation: boolean };
  readonly chatTemplate: string | null; // the file it lies in; null: the family's own layout stands in
  readonly problems: readonly string[]; // why it cannot be used: weights that are missing or have another shape, no tokenizer, a template that refuses questions
  readonly warnings: readonly string[]; // what it can be used with, but hardly as it is meant
  readonly unused: readonly string[]; // weights that the configuration does not ask for
}

/** What every template must lay out: transformers reads any Jinja, and raises only once a question is asked. */
const QUESTION: readonly ChatMessage[] = [{ role: 'user', content: [{ type: 'image' }, textPart('How many?')] }];

/** Reports on a folder. @throws SophiaError when config.json or the weight files cannot be read at all. */
export function reportCheckpoint(dir: string): CheckpointReport {
  refuseForeign(dir);
  const own = readConfig(dir);
  const config = withEndTokens(dir, own);
  const { entries } = readWeights(dir);
  const family = familyOf(config);
  const found = new Map([...entries].map(([name, entry]) => [family.weightName(name), entry]));
  const expected = family.expectedTensors(config);
  const names = new Set(expected.map((tensor) => tensor.name));
  const problems = expected.flatMap(({ name, shape }) => {
    const entry = found.get(name);
    if (entry === undefined) return [`weight "${name}" is missing`];
    if (entry.shape.join() === shape.join()) return [];
    return [`weight "${name}" has shape [${entry.shape.join(', ')}], config.json asks for [${shape.join(', ')}]`];
  });
  const count = (entry: TensorEntry) => entry.shape.reduce((a, b) => a * b, 1);
  const sum = (of: (name: string) => boolean) =>
    expected.reduce((total, { name }) => {
      const entry = of(name) ? found.get(name) : undefined;
      return entry === undefined ? total : total + count(entry);
    }, 0);
  const vision = sum((name) => name.startsWith(family.visionPrefix));
  const text = sum((name) => !name.startsWith(family.visionPrefix));
  const has = (file: string) => existsSync(join(dir, file));
  const preprocessor = findPreprocessor(dir);
  if (preprocessor !== null) family.imageEncoder(config, preprocessor.json, preprocessor.where); // throws where it contradicts config.json
  const eightBits = [...entries].find(([, entry]) => /^(?:F8|[IU]\d)/.test(entry.dtype))?.[0];
  const missing = missingTokenizer(dir);
  const tokenizer =
    missing === null ? tokenizerFault(dir, family.imageMark) : `it ${missing.what}. ${missing.fix}`.replace(/\.$/, '');
  return {
    family: family.title,
    config,
    parameters: { text, vision, total: text + vision },
    bytes: [...entries.values()].reduce((total, entry) => total + count(entry) * BYTES_PER_ELEMENT[entry.dtype], 0),
    formats: [...new Set([...entries.values()].map((entry) => entry.dtype))].sort(),
    layout: [...entries.keys()].some((name) => family.fileName(family.weightName(name)) !== name)
      ? 'prefixed'
      : 'released',
    files: {
      tokenizer: has('tokenizer.json') && has(TOKENIZER_CONFIG),
      preprocessor: preprocessor !== null,
      generation: has('generation_config.json'),
    },
    chatTemplate:
      findChatTemplate(dir, has(TOKENIZER_CONFIG) ? readJson(join(dir, TOKENIZER_CONFIG)) : null)?.name ?? null,
    problems: [
      ...(eightBits === undefined
        ? []
        : [`weight "${eightBits}" is no plain number format: quantised checkpoints cannot be trained`]),
      ...problems,
      ...(tokenizer === null ? [] : [tokenizer]),
    ],
    warnings: endTokenWarnings(dir, own),
    unused: [...found.keys()].filter((name) => !names.has(name)),
  };
}

/** The error that a report's problems make, null where there are none. */
export function reportFault(folder: string, problems: readonly string[]): SophiaError | null {
  const [first, ...others] = problems;
  if (first === undefined) return null;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const isWeight = first.startsWith('weight ') && !first.includes('quantised');
  return new SophiaError(
    'data',
    `${folder}: ${first}${more}.`,
    isWeight ? 'config.json does not match the weights, or a shard is missing.' : undefined,
  );
}

/** Why the tokenizer's files hold none, or its chat template refuses every question with a picture; null where they serve. */
function tokenizerFault(dir: string, imageMark: string): string | null {
  try {
    loadTokenizer(dir).chatTemplate?.render(QUESTION, imageMark);
    return null;
  } catch (error) {
    if (error instanceof SophiaError) return error.message.replace(`${dir}: `, '').replace(/\.$/, '');
    throw error;
  }
}

function readConfig(dir: string): ModelConfig {
  const path = join(dir, 'config.json');
  if (!existsSync(path)) throw new SophiaError('usage', `${dir} is not a model folder: it has no config.json.`);
  return parseModelConfig(readJson(path), path);
}
