/**
 * Generation with a key-value cache for N rows per prompt. Tokens are made in blocks of a few steps, each block one compiled graph:
 * within a block nothing returns to JS; between blocks the cache grows and finished rows are looked at.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, present, zip } from '../../../shared/values/list.ts';
import { isPacked } from '../../tensor/bfloat16.ts';
import { type Compiled, compile } from '../../tensor/compile.ts';
import { disposeTree, type Fixed, fixed } from '../../tensor/tree.ts';
import type { KeyValues, PastKeyValues } from './attention/attend.ts';
import { appendToCache } from './cache.ts';
import type { NetworkConfig } from './decoder-config.ts';
import { continuationTables } from './group-pass.ts';
import { stackColumns, tokenLogps } from './ops.ts';
import { type PrefixBatch, type PrefixTensors, prefixKeyValues, prefixTensors } from './prefix.ts';
import { chooseTokens, type SamplingOptions } from './sampling.ts';
import { logitsOf, textForward, tokenEmbeddings } from './text.ts';
import type { Weights } from './weights.ts';

/** Tokens per compiled block of a small model: a call costs about as much as a token. */
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
export function createGenerator(config: NetworkConfig): Generator {
  const start = compilePrefix(config);
  const step = compileBlock(config);
  return {
    generate: (w, request) => run(config, w, request, start, step),
    dispose: () => {
      start.dispose();
      step.dispose();
    },
  };
}

type PrefixInputs = {
  readonly weights: Weights;
  readonly prefix: PrefixTensors;
  readonly features: tf.Tensor2D | null;
};

function compilePrefix(config: NetworkConfig): Compiled<PrefixInputs, KeyValues> {
  return compile('prefix', ({ weights, prefix, features }) => {
    const { keys, values } = prefixKeyValues(config, weights, prefix, features);
    return { keys, values };
  });
}

/** Where the rows stand before a block. */
type RowState = {
  readonly last: tf.Tensor1D; // [R] int32, the newest token
  readonly finished: tf.Tensor1D; // [R] int32, 1 behind a stop token
};

/** What drives a block of B tokens. */
type Driving = {
  readonly cos: tf.Tensor4D; // [R, B, 1, headDim]
  readonly sin: tf.Tensor4D;
  readonly uniforms: tf.Tensor2D; // [R, B]
};

type BlockInputs = {
  readonly weights: Weights;
  readonly shared: PastKeyValues; // the prefixes', X = groups
  readonly cache: PastKeyValues | null; // the rows' own; null at the first block
  readonly state: RowState;
  readonly driving: Driving;
  readonly options: Fixed<SamplingOptions & { readonly stopIds: readonly number[] }>;
};

/**
 * Tokens per block under these weights. Those in bfloat16 are a large model's, cast piece by piece: a token takes far longer than a call, and
 * a block's graph has some thousand nodes per layer and token, 4 MB a layer for each length of the cache.
 */
function tokensAtOnce(weights: Weights): number {
  return Object.values(weights).some(isPacked) ? 1 : BLOCK;
}

type BlockResult = {
  readonly tokens: tf.Tensor2D; // [R, B] int32
  readonly logps: tf.Tensor2D; // [R, B]
  readonly state: RowState;
  readonly fresh: KeyValues; // of the block's tokens
};

function compileBlock(config: NetworkConfig): Compiled<BlockInputs, BlockResult> {
  return compile('decode', ({ weights: w, shared, cache, state, driving, options: { value: options } }) => {
    let { last, finished } = state;
    const rows = last.shape[0];
    const block = driving.uniforms.shape[1];
    const past = cache === null ? [] : [cache];
    const tokens: tf.Tensor1D[] = [];
    const logps: tf.Tensor1D[] = [];
    let fresh: KeyValues | null = null;
    for (let step = 0; step < block; step++) {
      const x = tokenEmbeddings(w, last);
      const out = textForward(config.text, w, x, {
        rows,
        length: 1,
        cos: tf.slice(driving.cos, [0, step], [-1, 1]),
        sin: tf.slice(driving.sin, [0, step], [-1, 1]),
        selfBias: null,
        shared,
        history: fresh === null ? past : [...past, { ...fresh, bias: null }],
      });
      const logits = logitsOf(config.text, w, out.hidden);
      const uniforms: tf.Tensor1D = tf.squeeze(tf.slice(driving.uniforms, [0, step], [-1, 1]), [1]);
      const chosen = chooseTokens(logits, uniforms, options);
      last = tf.mul(chosen, tf.sub(tf.scalar(1, 'int32'), finished)); // finished rows go on with token 0, unseen
      logps.push(tokenLogps(options.temperature > 0 ? tf.div(logits, options.temperature) : logits, last));
      tokens.push(last);
      for (const stop of options.stopIds) {
        const stopped: tf.Tensor1D = tf.cast(tf.equal(last, tf.scalar(stop, 'int32')), 'int32');
        finished = tf.maximum(finished, stopped);
      }
      fresh = fresh === null ? { keys: out.keys, values: out.values } : appended(fresh, out);
    }
    return {
      tokens: stackColumns(tokens),
      logps: stackColumns(logps),
      state: { last, finished },
      fresh: present<KeyValues>(fresh, 'token of the block'),
    };
  });
}

function appended(past: KeyValues, next: KeyValues): KeyValues {
  const join = (a: readonly tf.Tensor4D[], b: readonly tf.Tensor4D[]) =>
    zip(a, b).map(([before, after]) => tf.concat([before, after], 2));
  return { keys: join(past.keys, next.keys), values: join(past.values, next.values) };
}

function run(
  config: NetworkConfig,
  weights: Weights,
  request: GenerateRequest,
  start: ReturnType<typeof compilePrefix>,
  step: ReturnType<typeof compileBlock>,
): GeneratedRow[] {
  const { prefix, features, perGroup, maxNewTokens, stopIds } = request;
  const { temperature, topP, topK } = request.sampling;
  const options = fixed({ temperature, topP, topK, stopIds });
  const rows = prefix.groups * perGroup;
  const lastIds = Int32Array.from({ length: rows }, (_, row) =>
    entryAt(prefix.lastIds, Math.floor(row / perGroup), 'prompt'),
  );
  const prefixIn = prefixTensors(config, prefix);
  const shared = { ...start({ weights, prefix: prefixIn, features }), bias: prefixIn.bias };
  let state: RowState = { last: tf.tensor1d(lastIds, 'int32'), finished: tf.zeros([rows], 'int32') };
  let cache: PastKeyValues | null = null;
  const out: GeneratedRow[] = Array.from({ length: rows }, () => ({ ids: [], logps: [], truncated: true }));
  const done = new Uint8Array(rows);
  const block = tokensAtOnce(weights);
  for (let from = 0; from < maxNewTokens && done.includes(0); from += block) {
    const driving = drivingOf(config, request, rows, from, block);
    const result: BlockResult = step({ weights, shared, cache, state, driving, options });
    disposeTree(driving, state);
    state = result.state;
    const { tokens, logps, fresh } = result;
    collect(out, done, tokens.dataSync<'int32'>(), logps.dataSync<'float32'>(), maxNewTokens, stopIds);
    disposeTree(tokens, logps);
    if (done.includes(0)) cache = appendToCache(cache, fresh, from);
    else disposeTree(fresh); // nobody goes on from them
  }
  disposeTree(prefixIn, shared, cache, state);
  return out;
}

function drivingOf(
  config: NetworkConfig,
  { prefix, perGroup, uniform, sampling }: GenerateRequest,
  rows: number,
  from: number,
  block: number,
): Driving {
  const { headDim } = config.text;
  const cos = new Float32Array(rows * block * headDim);
  const sin = new Float32Array(rows * block * headDim);
  const uniforms = new Float32Array(rows * block);
  for (let row = 0; row < rows; row++) {
    const tables = continuationTables(
      config,
      entryAt(prefix.lastPositions, Math.floor(row / perGroup), 'prompt') + from,
      block,
    );
    cos.set(tables.cos, row * block * headDim);
    sin.set(tables.sin, row * block * headDim);
    if (sampling.temperature > 0) for (let i = 0; i < block; i++) uniforms[row * block + i] = uniform(row, from + i);
  }
  const shape: [number, number, number, number] = [rows, block, 1, headDim];
  return {
    cos: tf.tensor4d(cos, shape),
    sin: tf.tensor4d(sin, shape),
    uniforms: tf.tensor2d(uniforms, [rows, block]),
  };
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
  const block = tokens.length / out.length;
  out.forEach((row, r) => {
    for (let i = 0; i < block && !done[r]; i++) {
      const id = entryAt(tokens, r * block + i, 'token');
      row.ids.push(id);
      row.logps.push(entryAt(logps, r * block + i, 'log-probability'));
      const stopped = stopIds.includes(id);
      if (stopped || row.ids.length >= maxNewTokens) done[r] = 1;
      if (stopped) (out[r] as { truncated: boolean }).truncated = false;
    }
  });
}
