/**
 * The families there are, by config.json's `model_type`: the only door between a model's folder and the code of its
 * architecture.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { ModelConfig, ModelFamily } from './family.ts';
import { knownType } from './known-types.ts';
import { qwen25Vl } from './qwen2-5-vl/family.ts';
import { qwen3Vl } from './qwen3-vl/family.ts';

const families = new Map<string, ModelFamily>();

/**
 * Adds a family, before any of its models is read; returns what takes it out again. A model_type belongs to one family.
 */
export function registerFamily(family: ModelFamily): () => void {
  if (families.has(family.modelType))
    throw new SophiaError('internal', `There are two families for model_type "${family.modelType}".`);
  families.set(family.modelType, family);
  return () => void families.delete(family.modelType);
}

registerFamily(qwen25Vl);
registerFamily(qwen3Vl);

/** The families by title, for people. */
export function familyTitles(): string[] {
  return [...families.values()].map(({ title, modelType }) => `${title} (${modelType})`);
}

/** The family of a configuration. */
export function familyOf({ modelType }: Pick<ModelConfig, 'modelType'>): ModelFamily {
  return familyNamed(modelType, 'config.json');
}

/**
 * The configuration held by a parsed config.json, by the family its model_type names.
 * @throws SophiaError 'data' for one that is unknown.
 */
export function parseModelConfig(json: unknown, where = 'config.json'): ModelConfig {
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  if (typeof modelType !== 'string') throw new SophiaError('data', `${where} names no model_type.`, supported());
  return familyNamed(modelType, where).parseConfig(json, where);
}

function familyNamed(modelType: string, where: string): ModelFamily {
  const family = families.get(modelType);
  const known = knownType(modelType);
  if (family === undefined)
    throw new SophiaError(
      'data',
      `${where}: models of type "${modelType}" cannot be read${known === null ? '' : `: this is ${known}`}.`,
      supported(),
    );
  return family;
}

function supported(): string {
  return `Supported: ${familyTitles().join(', ')}.`;
}
