/**
 * A model folder in Hugging Face's layout: config.json, generation_config.json, preprocessor_config.json, tokenizer files,
 * model.safetensors (or shards), README.md as its card. Loading checks every weight against the configuration; saving is atomic.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { present } from '../../../shared/values/list.ts';
import { isPacked, packedBytes } from '../../tensor/bfloat16.ts';
import type { CheckpointDtype, ImageEncoder, ModelConfig } from '../families/family.ts';
import { familyOf, parseModelConfig } from '../families/registry.ts';
import { atomicFolder, writeSynced } from '../io/atomic-write.ts';
import { readJson } from '../io/json-file.ts';
import { readWeights, writeWeights } from '../io/sharded-safetensors.ts';
import { mergedPacked, mergedWeight } from '../network/adapters/lora.ts';
import { type Weights, weightToFile } from '../network/weights.ts';
import { refuseForeign } from './foreign-folder.ts';
import { eachWeight, type LoadOptions, loadWeights } from './load-weights.ts';
import { CHAT_TEMPLATE, TOKENIZER_CONFIG } from './side-files/chat-template-file.ts';
import { withEndTokens } from './side-files/end-tokens.ts';
import { findPreprocessor, PREPROCESSOR } from './side-files/preprocessor-file.ts';
import { copySideFiles, hasSideFiles } from './side-files/side-files.ts';
import { loadTokenizer, type Tokenizer } from './tokenizer.ts';

/** A loaded model. `hash` is sha256 over configuration and weights, so equal weights have equal hashes whatever the file's layout. */
export interface Model {
  readonly dir: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly imageEncoder: ImageEncoder;
  readonly weights: Weights;
  readonly hash: string;
}

/** A model without its weights: what turns questions into its inputs. */
export type ModelEncoder = Pick<Model, 'config' | 'tokenizer' | 'imageEncoder'>;

/** Reads config.json of a folder. Throws a data error naming what is missing or broken. */
export function loadConfig(dir: string): ModelConfig {
  const path = join(dir, 'config.json');
  return parseModelConfig(readJson(path, 'A model folder needs a readable config.json.'), path);
}

/** Prepares pictures as a model's folder says (preprocessor-file.ts); by its family's default where it says nothing. */
export function loadImageEncoder(dir: string, config: ModelConfig): ImageEncoder {
  const { json, where } = findPreprocessor(dir) ?? { json: {}, where: PREPROCESSOR };
  return familyOf(config).imageEncoder(config, json, where);
}

/** The images of a model that has no folder yet, by its family's default. */
export function defaultImageEncoder(config: ModelConfig): ImageEncoder {
  return familyOf(config).imageEncoder(config, {}, PREPROCESSOR);
}

/**
 * Loads a whole model into tensors of the current backend. Throws a data error naming the file, tensor or shape that does not fit, and an
 * environment error where the backend cannot hold the wanted number format.
 */
export function loadModel(dir: string, options: LoadOptions = {}): Model {
  if (!existsSync(dir))
    throw new SophiaError(
      'usage',
      `Model folder ${dir} not found.`,
      'Give a model name or a folder with config.json and model.safetensors.',
    );
  refuseForeign(dir);
  const config = loadConfig(dir);
  const { weights, hash } = loadWeights(dir, config, options);
  const tokenizer = loadTokenizer(dir);
  return {
    dir,
    config: withEndTokens(dir, config),
    tokenizer,
    imageEncoder: loadImageEncoder(dir, config),
    weights,
    hash,
  };
}

/** The hash of a model's folder (Model.hash), one weight at a time and none of them in a tensor. @throws SophiaError as loading does */
export function hashModel(dir: string): string {
  return eachWeight(dir, loadConfig(dir), () => {});
}

/** What a saved model holds beside its weights. */
export interface ModelToSave {
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly loraScale?: number; // of adapters among the weights, which are merged as they are written; 1 by default
  readonly card?: string; // README.md
  readonly dtype?: SavedFormat; // F32 by default
  /** The folder whose files beside the weights are carried over as they are; without one they are made of config and tokenizer. */
  readonly origin?: string | undefined;
}

/** Number formats that weights are written in. */
export type SavedFormat = 'F32' | 'F16' | 'BF16';

/** The format that most of a folder's weights have; F32 where that is none that is written here. */
export function storedFormat(dir: string): SavedFormat {
  const sizes = new Map<string, number>();
  for (const { dtype, shape } of readWeights(dir).entries.values())
    sizes.set(dtype, (sizes.get(dtype) ?? 0) + shape.reduce((product, size) => product * size, 1));
  const [most] = [...sizes].sort((a, b) => b[1] - a[1]).map(([dtype]) => dtype);
  return most === 'F16' || most === 'BF16' ? most : 'F32';
}

/** Writes a model folder, whole or not at all. transformers' from_pretrained reads it. */
export function saveModel(dir: string, model: ModelToSave): void {
  atomicFolder(dir, (folder) => writeModel(folder, model));
}

/** Writes the files of a model into an existing folder (for use inside a larger atomic folder). */
export function writeModel(folder: string, model: ModelToSave): void {
  const { config, weights, card, dtype = 'F32', origin, loraScale = 1 } = model;
  const family = familyOf(config);
  const format = ({ F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const)[dtype];
  if (origin !== undefined && hasSideFiles(origin)) copySideFiles(origin, folder, format);
  else writeSideFiles(folder, model, format);
  const tensors = family.expectedTensors(config).map(({ name, shape }) => {
    const weight = present(weights[name], `weight ${name}`);
    const staysPacked = dtype === 'BF16' && isPacked(weight);
    return {
      name: family.fileName(name),
      shape,
      ...(staysPacked && { dtype }),
      data: () => {
        const merged = (staysPacked ? mergedPacked : mergedWeight)(weights, name, loraScale);
        const values = staysPacked ? packedBytes(merged ?? weight) : weightToFile(name, merged ?? weight, shape);
        merged?.dispose();
        return values;
      },
    };
  });
  writeWeights(folder, tensors, { dtype, metadata: { format: 'pt' } });
  if (card !== undefined) writeSynced(join(folder, 'README.md'), card);
}

/** The files beside the weights, made of what is known of the model. */
function writeSideFiles(folder: string, { config, tokenizer }: ModelToSave, format: CheckpointDtype): void {
  const json = (name: string, value: unknown) => writeSynced(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const family = familyOf(config);
  json('config.json', family.configJson(config, format));
  json('generation_config.json', {
    eos_token_id: [...config.text.eosTokenIds],
    pad_token_id: config.text.padTokenId,
    do_sample: false,
  });
  json(PREPROCESSOR, family.preprocessorJson(config));
  json('tokenizer.json', tokenizer.files.tokenizerJson);
  json(TOKENIZER_CONFIG, tokenizer.files.tokenizerConfig);
  writeChatTemplate(folder, tokenizer);
}

/** A template that does not lie in tokenizer_config.json: as chat_template.json where it came so, else as chat_template.jinja. */
function writeChatTemplate(folder: string, { files: { template } }: Tokenizer): void {
  if (template === null || template.name === TOKENIZER_CONFIG) return;
  const asJson = template.name === 'chat_template.json';
  const text = asJson ? `${JSON.stringify({ chat_template: template.text }, null, 2)}\n` : template.text;
  writeSynced(join(folder, asJson ? template.name : CHAT_TEMPLATE), text);
}
