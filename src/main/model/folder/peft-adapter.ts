/**
 * LoRA adapters as PEFT keeps them: adapter_config.json and adapter_model.safetensors with A as [r, in] and B as [out, r] under the module
 * paths of transformers. PEFT loads what is written here; what PEFT wrote is read here, with the module paths of older transformers too.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { firstOf } from '../../../shared/values/list.ts';
import type { ModelConfig } from '../families/family.ts';
import { familyOf } from '../families/registry.ts';
import { writeSynced } from '../io/atomic-write.ts';
import { jsonOf } from '../io/json-file.ts';
import { readSafetensors, writeSafetensors } from '../io/safetensors.ts';
import { matrix, type Weights, weightToFile } from '../network/weights.ts';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';
const PREFIX = 'base_model.model.';

/** What is told of an adapter beside its weights. */
export interface AdapterFacts {
  readonly base: string; // name or folder of the model that it was trained on
  readonly rank: number;
  readonly alpha: number; // the product of A and B is scaled by alpha / rank
}

const configSchema = z.object({
  peft_type: z.literal('LORA', { error: 'only LoRA adapters can be read' }),
  base_model_name_or_path: z.string().nullish(),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.literal(false, { error: 'DoRA adapters cannot be read' }).nullish(),
  bias: z.literal('none', { error: 'adapters with trained biases cannot be read' }).nullish(),
  modules_to_save: z.null({ error: 'adapters with modules of their own cannot be read' }).optional(),
  rank_pattern: z.record(z.string(), z.int()).nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
});

/** Writes the adapters `lora.<weight>.a` and `.b` of a policy into an existing folder. */
export function writePeftAdapter(folder: string, config: ModelConfig, adapters: Weights, facts: AdapterFacts): void {
  const family = familyOf(config);
  const names = adaptedNames(adapters);
  const leaves = [...new Set(names.map((name) => basename(family.modulePath(name).replaceAll('.', '/'))))].sort();
  const parent = family.modulePath(firstOf(names, 'adapter')).replace(/\.\d+\..*$/, '');
  const json = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: facts.base,
    r: facts.rank,
    lora_alpha: facts.alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    // A pattern, matched as a whole: the vision tower has layers of the same names, which are not adapted.
    target_modules: `.*${parent.replaceAll('.', '\\.')}\\..*\\.(${leaves.join('|')})`,
    use_dora: false,
    use_rslora: false,
  };
  writeSynced(join(folder, CONFIG), `${JSON.stringify(json, null, 2)}\n`);
  const tensors = names.flatMap((name) =>
    (['a', 'b'] as const).map((half) => {
      const tensor = matrix(adapters, `lora.${name}.${half}`);
      const [rows, columns] = tensor.shape;
      return {
        name: `${PREFIX}${family.modulePath(name)}.lora_${half.toUpperCase()}.weight`,
        shape: [columns, rows],
        data: () => weightToFile(name, tensor, [columns, rows]),
      };
    }),
  );
  writeSafetensors(join(folder, WEIGHTS), tensors, { metadata: { format: 'pt' } });
}

/** Whether a folder holds an adapter as PEFT keeps it. */
export const isPeftFolder = (folder: string): boolean => existsSync(join(folder, CONFIG));

/**
 * Reads an adapter for a model of the given configuration: `lora.<weight>.a` [in, r] and `.b` [r, out].
 * @throws SophiaError 'data' for another kind of adapter, or one that belongs to another model
 */
export function readPeftAdapter(
  folder: string,
  config: ModelConfig,
): AdapterFacts & { readonly adapters: Record<string, tf.Tensor> } {
  const where = join(folder, CONFIG);
  const read = configSchema.safeParse(jsonOf(where));
  if (!read.success) {
    const { path, message } = firstOf(read.error.issues, 'failed check');
    throw new SophiaError('data', `${where}: ${path.join('.') || 'not JSON'}: ${message}.`);
  }
  const { r, lora_alpha: alpha, use_rslora: isRs, rank_pattern: ranks, alpha_pattern: alphas } = read.data;
  if (Object.keys({ ...ranks, ...alphas }).length > 0)
    throw new SophiaError('data', `${where}: ranks or alphas that differ by layer cannot be read.`);
  const family = familyOf(config);
  const shapes = new Map(family.expectedTensors(config).map(({ name, shape }) => [name, shape]));
  const adapters: Record<string, tf.Tensor> = {};
  for (const [key, entry] of readSafetensors(join(folder, WEIGHTS)).entries) {
    const [, path = '', half = ''] =
      /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(key) ?? [];
    const name = family.weightName(`${path}.weight`);
    const [out, into] = shapes.get(name) ?? [];
    const [rows = 0, columns = 0] = entry.shape;
    if (out === undefined || (half === 'A' ? columns !== into || rows !== r : rows !== out || columns !== r))
      throw new SophiaError(
        'data',
        `${folder}: "${key}" [${entry.shape.join(', ')}] does not fit the base model.`,
        'Give the model that the adapter was trained on (--base).',
      );
    adapters[`lora.${name}.${half.toLowerCase()}`] = tf.tidy(() =>
      tf.transpose(tf.tensor2d(entry.data(), [rows, columns])),
    );
  }
  if (Object.keys(adapters).length === 0) throw new SophiaError('data', `${folder} holds no LoRA weights.`);
  // rsLoRA scales by alpha / sqrt(r): the same as a larger alpha.
  const told = isRs ? alpha * Math.sqrt(r) : alpha;
  return { base: read.data.base_model_name_or_path ?? '', rank: r, alpha: told, adapters };
}

function adaptedNames(adapters: Weights): string[] {
  return Object.keys(adapters).flatMap((key) => /^lora\.(.+)\.a$/.exec(key)?.[1] ?? []);
}
