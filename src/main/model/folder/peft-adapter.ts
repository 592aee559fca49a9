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

/** Numbers by the names of modules. PEFT reads a name as a regular expression, of which a dot is all that is read here. */
const pattern = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), value).refine((record) => Object.keys(record).every((name) => /^\^?[\w.]+$/.test(name)), {
    error: 'names of modules alone can be read, no other regular expressions',
  });
const configSchema = z.object({
  peft_type: z.literal('LORA', { error: 'only LoRA adapters can be read' }),
  base_model_name_or_path: z.string().nullish(),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.literal(false, { error: 'DoRA adapters cannot be read' }).nullish(),
  bias: z.literal('none', { error: 'adapters with trained biases cannot be read' }).nullish(),
  modules_to_save: z.null({ error: 'adapters with modules of their own cannot be read' }).optional(),
  rank_pattern: pattern(z.int().positive()).nullish(),
  alpha_pattern: pattern(z.number().positive()).nullish(),
  // These ways of starting an adapter change the weights of the base model too, which are not in the adapter's files.
  init_lora_weights: z
    .union([z.boolean(), z.string()])
    .refine((way) => !/^(?:pissa|olora|corda|loftq|lora_ga)/i.test(String(way)), {
      error: 'adapters that began with other weights of the base model (PiSSA, OLoRA, CorDA, LoftQ) cannot be read',
    })
    .nullish(),
});
type Scaling = Pick<z.infer<typeof configSchema>, 'r' | 'lora_alpha' | 'use_rslora' | 'rank_pattern' | 'alpha_pattern'>;

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
  const scaling = read.data;
  const family = familyOf(config);
  const shapes = new Map(family.expectedTensors(config).map(({ name, shape }) => [name, shape]));
  const rank = Math.max(scaling.r, ...Object.values(scaling.rank_pattern ?? {}));
  // rsLoRA scales by alpha / sqrt(r): the same as a larger alpha.
  const alpha = scaleOf(scaling, '').scale * rank;
  const adapters: Record<string, tf.Tensor> = {};
  for (const [key, entry] of readSafetensors(join(folder, WEIGHTS)).entries) {
    const [, path = '', half = ''] =
      /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(key) ?? [];
    const name = family.weightName(`${path}.weight`);
    const [out, into] = shapes.get(name) ?? [];
    const [rows = 0, columns = 0] = entry.shape;
    const own = scaleOf(scaling, path);
    if (out === undefined || (half === 'A' ? columns !== into : rows !== out))
      throw new SophiaError(
        'data',
        `${folder}: "${key}" [${entry.shape.join(', ')}] does not fit the base model.`,
        'Give the model that the adapter was trained on (--base).',
      );
    if ((half === 'A' ? rows : columns) !== own.rank)
      throw new SophiaError(
        'data',
        `${folder}: "${key}" [${entry.shape.join(', ')}] is not of rank ${own.rank}, as ${CONFIG} has it.`,
      );
    adapters[`lora.${name}.${half.toLowerCase()}`] = tf.tidy(() => {
      const read = tf.transpose(tf.tensor2d(entry.data(), [rows, columns]));
      return half === 'A'
        ? tf.pad(read, [
            [0, 0],
            [0, rank - own.rank],
          ])
        : tf.pad(tf.mul(read, (own.scale * rank) / alpha), [
            [0, rank - own.rank],
            [0, 0],
          ]);
    });
  }
  const names = Object.keys(adapters);
  if (names.length === 0) throw new SophiaError('data', `${folder} holds no LoRA weights.`);
  const alone = names.find(
    (name) => !((name.endsWith('.a') ? `${name.slice(0, -1)}b` : `${name.slice(0, -1)}a`) in adapters),
  );
  if (alone !== undefined)
    throw new SophiaError(
      'data',
      `${folder}: ${alone.slice('lora.'.length, -2)} has lora_${alone.endsWith('.a') ? 'A and no lora_B' : 'B and no lora_A'}.`,
      'Copy or download the adapter again.',
    );
  return { base: read.data.base_model_name_or_path ?? '', rank, alpha, adapters };
}

/** Rank and scale of a module's adapter; patterns name modules by the end of their path. */
function scaleOf(
  { r, lora_alpha, use_rslora: isRs, rank_pattern: ranks, alpha_pattern: alphas }: Scaling,
  path: string,
): { readonly rank: number; readonly scale: number } {
  const named = (pattern: Readonly<Record<string, number>> | null | undefined): number | undefined => {
    const key = Object.keys(pattern ?? {}).find((ending) => matches(ending, path));
    return key === undefined ? undefined : pattern?.[key];
  };
  const rank = named(ranks) ?? r;
  return { rank, scale: (named(alphas) ?? lora_alpha) / (isRs ? Math.sqrt(rank) : rank) };
}

/** Whether a module's path ends with a pattern's name, or is it where it begins with "^". */
function matches(ending: string, path: string): boolean {
  return ending.startsWith('^') ? path === ending.slice(1) : path === ending || path.endsWith(`.${ending}`);
}

function adaptedNames(adapters: Weights): string[] {
  return Object.keys(adapters).flatMap((key) => /^lora\.(.+)\.a$/.exec(key)?.[1] ?? []);
}
