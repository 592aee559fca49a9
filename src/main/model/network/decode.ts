/**
 * Generation with a key-value cache for N rows per prompt. Tokens are made in blocks of BLOCK steps, each block one compiled graph:
 * within a block nothing returns to JS; between blocks the cache grows and finished rows are looked at.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Compiled, compile } from '../../tensor/compile.ts';
import type { ModelConfig } from '../families/qwen2-5-vl/config.ts';
import { appendToCache, cacheBias } from './cache.ts';
import { continuationTables } from './group-pass.ts';
import { embed, tokenLogps } from './ops.ts';
import { type PrefixBatch, prefixKeyValues, prefixTensors } from './prefix.ts';
import { chooseTokens, type SamplingOptions } from './sampling.ts';
import { type KeyValues, logitsOf, textForward } from './text.ts';
import type { Weights } from './weights.ts';

/** Tokens per compiled block. */
const BLOCK = 4;

/** What to generate. `uniform(row, position)` in (0, 1), or LIKELIEST, drives sampling. */
export interface GenerateRequest {
  readonly prefix: PrefixBatch;
  readonly features: tf.Tensor2D | null;
  readonly perGroup: number; // N
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
  readonly sampling: SamplingOptions;
  readonly uniform: (row: number, position: number) => number;
}

/** One generated row: its tokens (the stop token included when reached), their log-probabilities at the sampling temperature. */
export interface GeneratedRow {
  readonly ids: number[];
  readonly logps: number[];
  readonly truncated: boolean;
}

/** A generator for one model configuration; keeps its compiled graphs. */
export interface Generator {
  generate(w: Weights, request: GenerateRequest): GeneratedRow[];
  dispose(): void;
}

/** Makes a generator. Graphs are compiled on first use per batch shape and sampling options. */
export function createGenerator(config: ModelConfig): Generator {
  const graphs = new Map<string, Compiled>();
  const graph = (key: string, make: () => Compiled): Compiled => {
    const found = graphs.get(key) ?? make();
    graphs.set(key, found);
    return found;
  };
  return {
    generate: (w, request) => {
      const names = Object.keys(w);
      const start = graph(`prefix:${request.features !== null}`, () =>
        compilePrefix(config, names, request.features !== null),
      );
      const { temperature, topP, topK } = request.sampling;
      const step = graph(`block:${temperature}:${topP}:${topK}:${request.stopIds.join()}`, () =>
        compileBlock(config, names, request),
      );
      return run(config, w, request, start, step);
    },
    dispose: () => {
      for (const one of graphs.values()) one.dispose();
      graphs.clear();
    },
  };
}

function compilePrefix(config: ModelConfig, names: readonly string[], withFeatures: boolean): Compiled {
  return compile('prefix', (inputs) => {
    const w = named(names, inputs);
    const rest = inputs.slice(names.length);
    const past = prefixKeyValues(config, w, rest, withFeatures ? (rest.at(-1) as tf.Tensor2D) : null);
    return [...past.keys, ...past.values];
  });
}

/** Inputs: weights, prefix keys, values, bias, history keys, values and bias (none at first), last [R], finished [R], cos, sin [R,B,1,D], uniforms [R,B]. */
function compileBlock(config: ModelConfig, names: readonly string[], { stopIds, sampling }: GenerateRequest): Compiled {
  const layers = config.text.numHiddenLayers;
  return compile('decode', (inputs) => {
    const w = named(names, inputs);
    let at = names.length;
    const take = (count: number) => inputs.slice(at, (at += count));
    const shared: KeyValues = {
      keys: take(layers) as tf.Tensor4D[],
      values: take(layers) as tf.Tensor4D[],
      bias: take(1)[0]!,
    };
    const pastCount = inputs.length - at - 5;
    const past: KeyValues[] =
      pastCount === 0
        ? []
        : [{ keys: take(layers) as tf.Tensor4D[], values: take(layers) as tf.Tensor4D[], bias: take(1)[0]! }];
    let [last, finished] = take(2) as [tf.Tensor1D, tf.Tensor1D];
    const [cos, sin, uniforms] = take(3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor2D];
    const rows = last.shape[0];
    const pick = (x: tf.Tensor, step: number) => tf.slice(x, [0, step], [-1, 1]);
    const tokens: tf.Tensor[] = [];
    const logps: tf.Tensor[] = [];
    let fresh: KeyValues | null = null;
    for (let step = 0; step < BLOCK; step++) {
      const x = embed(w['model.embed_tokens.weight'] as tf.Tensor2D, last);
      const history = fresh === null ? past : [...past, fresh];
      const out = textForward(config.text, w, x, {
        rows,
        length: 1,
        cos: pick(cos, step),
        sin: pick(sin, step),
        selfBias: null,
        shared,
        history,
      });
      const logits = logitsOf(config.text, w, out.hidden);
      const chosen = chooseTokens(logits, tf.squeeze(pick(uniforms, step), [1]), sampling);
      last = tf.mul(chosen, tf.sub(tf.scalar(1, 'int32'), finished)) as tf.Tensor1D; // finished rows go on with token 0, unseen
      logps.push(
        tokenLogps(sampling.temperature > 0 ? (tf.div(logits, sampling.temperature) as tf.Tensor2D) : logits, last),
      );
      tokens.push(last);
      for (const stop of stopIds)
        finished = tf.maximum(finished, tf.cast(tf.equal(last, tf.scalar(stop, 'int32')), 'int32')) as tf.Tensor1D;
      fresh = grow(fresh, out.keys, out.values);
    }
    return [tf.stack(tokens, 1), tf.stack(logps, 1), last, finished, ...fresh!.keys, ...fresh!.values];
  });
}

function grow(past: KeyValues | null, keys: tf.Tensor4D[], values: tf.Tensor4D[]): KeyValues {
  if (past === null) return { keys, values, bias: null };
  const join = (a: readonly tf.Tensor4D[], b: readonly tf.Tensor4D[]) =>
    a.map((one, i) => tf.concat([one, b[i]!], 2) as tf.Tensor4D);
  return { keys: join(past.keys, keys), values: join(past.values, values), bias: null };
}

function named(names: readonly string[], inputs: readonly tf.Tensor[]): Weights {
  return Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
}

function run(
  config: ModelConfig,
  w: Weights,
  request: GenerateRequest,
  start: Compiled,
  step: Compiled,
): GeneratedRow[] {
  const { prefix, perGroup, maxNewTokens } = request;
  const rows = prefix.groups * perGroup;
  const layers = config.text.numHiddenLayers;
  const weights = Object.values(w);
  const prefixIn = prefixTensors(config, prefix);
  const shared = start([...weights, ...prefixIn, ...(request.features === null ? [] : [request.features])]);
  let last: tf.Tensor = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, row) => prefix.lastIds[Math.floor(row / perGroup)]!),
    'int32',
  );
  let finished: tf.Tensor = tf.zeros([rows], 'int32');
  let cache: tf.Tensor[] = [];
  const out: GeneratedRow[] = Array.from({ length: rows }, () => ({ ids: [], logps: [], truncated: true }));
  const done = new Uint8Array(rows);
  for (let from = 0; from < maxNewTokens && done.includes(0); from += BLOCK) {
    const driving = blockInputs(config, request, rows, from);
    const bias = cacheBias(from);
    const results = step([...weights, ...shared, prefixIn[5]!, ...cache, ...bias, last, finished, ...driving]);
    tf.dispose([driving, bias, last, finished]);
    const [tokens, logps] = results as [tf.Tensor, tf.Tensor];
    [last, finished] = results.slice(2, 4) as [tf.Tensor, tf.Tensor];
    cache = appendToCache(cache, results.slice(4, 4 + 2 * layers), from);
    collect(
      out,
      done,
      tokens.dataSync() as Int32Array,
      logps.dataSync() as Float32Array,
      maxNewTokens,
      request.stopIds,
    );
    tf.dispose([tokens, logps]);
  }
  tf.dispose([prefixIn, shared, cache, last, finished]);
  return out;
}

function blockInputs(
  config: ModelConfig,
  { prefix, perGroup, uniform, sampling }: GenerateRequest,
  rows: number,
  from: number,
): tf.Tensor[] {
  const { headDim } = config.text;
  const cos = new Float32Array(rows * BLOCK * headDim);
  const sin = new Float32Array(rows * BLOCK * headDim);
  const uniforms = new Float32Array(rows * BLOCK);
  for (let row = 0; row < rows; row++) {
    const tables = continuationTables(config, prefix.lastPositions[Math.floor(row / perGroup)]! + from, BLOCK);
    cos.set(tables.cos, row * BLOCK * headDim);
    sin.set(tables.sin, row * BLOCK * headDim);
    if (sampling.temperature > 0) for (let i = 0; i < BLOCK; i++) uniforms[row * BLOCK + i] = uniform(row, from + i);
  }
  const shape: [number, number, number, number] = [rows, BLOCK, 1, headDim];
  return [tf.tensor4d(cos, shape), tf.tensor4d(sin, shape), tf.tensor2d(uniforms, [rows, BLOCK])];
}

/** Appends a block's tokens to the rows that go on; a row ends at a stop token or at maxNewTokens. */
function collect(
  out: GeneratedRow[],
  done: Uint8Array,
  tokens: Int32Array,
  logps: Float32Array,
  maxNewTokens: number,
  stopIds: readonly number[],
): void {
  out.forEach((row, r) => {
    for (let i = 0; i < BLOCK && !done[r]; i++) {
      const id = tokens[r * BLOCK + i]!;
      row.ids.push(id);
      row.logps.push(logps[r * BLOCK + i]!);
      const stopped = stopIds.includes(id);
      if (stopped || row.ids.length >= maxNewTokens) done[r] = 1;
      if (stopped) (out[r] as { truncated: boolean }).truncated = false;
    }
  });
}
