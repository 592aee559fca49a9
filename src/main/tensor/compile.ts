/**
 * Turns a function from one tree of named tensors to another (tree.ts) into one TensorFlow graph. On the tensorflow backend the first call
 * with given names and shapes is traced (trace.ts), and from then on the whole function is a single native call: an eager op costs 10-20 us
 * before it computes, a graph node about 1. On wasm the function runs as it is.
 * The graph's own result is returned from the first call on, so a resumed process computes the same bits as the one it continues.
 * What a traced function must keep: no reading of tensor values, no randomness, every outside tensor passed in as an input.
 */

import { channel } from 'node:diagnostics_channel';
import * as tf from '@tensorflow/tfjs-core';
import { entryAt, getOrMake } from '../../shared/values/list.ts';
import { nodeBackend, onTensorflow } from './node-backend.ts';
import { type Session, trace } from './trace.ts';
import { flatten, mapTree, type TensorTree, tidyTree, unflatten } from './tree.ts';

/** Graphs that a compiled function keeps, by their nodes: those used last, and the newest in any case. Pictures of many sizes make many. */
const MOST_NODES = 2 ** 18;

/** A compiled function: call it like the original; `dispose` frees its graphs, one for each structure and shapes of inputs. */
export interface Compiled<In extends TensorTree, Out extends TensorTree> {
  (inputs: In): Out;
  dispose(): void;
}

/** One call of a compiled function, as it began and ended: a bench that subscribes sees where a run's time goes. */
export interface GraphCall {
  readonly name: string;
  readonly traced: boolean; // the graph was made for this call
  readonly at: 'start' | 'traced' | 'end';
}

/** Where calls are told to whoever listens; without a listener this costs nothing. */
export const graphCalls = channel('sophia:graph-calls');

/**
 * Compiles `fn` (see the file's header); `name` shows in errors, beside the path of the tensor at fault. Results are new tensors the caller
 * disposes, also where `fn` hands an input back. Trees of equal structure and shapes share a graph, whatever `fn` closes over: what decides
 * the computation and can differ from call to call must be in the tree (a tensor, a null, a fixed value). Graphs of more than `mostNodes`
 * together are not kept: those used longest ago are traced anew when they are asked for again.
 */
export function compile<In extends TensorTree, Out extends TensorTree>(
  name: string,
  fn: (inputs: In) => Out,
  mostNodes = MOST_NODES,
): Compiled<In, Out> {
  const sessions = new Map<string, Session<Out>>();
  const what = `compile(${name})`;
  const call = (inputs: In): Out => {
    const { leaves, key } = flatten(inputs, what);
    if (!onTensorflow() || process.env.SOPHIA_EAGER === '1') return eager(fn, inputs, leaves);
    const backend = nodeBackend();
    const traced = !sessions.has(key);
    const tell = (at: GraphCall['at']) => graphCalls.hasSubscribers && graphCalls.publish({ name, traced, at });
    tell('start');
    const session = getOrMake(sessions, key, () => trace(what, fn, inputs, leaves, backend));
    tell('traced');
    sessions.delete(key);
    sessions.set(key, session); // a map lists what was put in last at its end
    if (traced) letGo(sessions, mostNodes, (id) => backend.binding.deleteSavedModel(id));
    const ids = backend.getInputTensorIds(session.inputIndices.map((i) => entryAt(leaves, i, 'input of a graph')));
    const metas = backend.binding.runSavedModel(session.id, ids, session.inputNames, session.outputNames);
    tell('end');
    return unflatten(
      session.result,
      metas.map((meta) => backend.createOutputTensor(meta)),
    );
  };
  return Object.assign(call, {
    dispose: () => {
      const backend = nodeBackend();
      for (const session of sessions.values()) backend.binding.deleteSavedModel(session.id);
      sessions.clear();
    },
  });
}

/** Frees graphs that were not used for longest, until those left have few enough nodes or the newest is alone. */
function letGo(sessions: Map<string, Session<TensorTree>>, most: number, free: (id: number) => void): void {
  let nodes = [...sessions.values()].reduce((sum, session) => sum + session.nodes, 0);
  for (const [key, session] of sessions) {
    if (nodes <= most || sessions.size === 1) return;
    free(session.id);
    sessions.delete(key);
    nodes -= session.nodes;
  }
}

/** Runs `fn` as it is; every tensor of the result is one of its own, as a graph's are. */
function eager<In extends TensorTree, Out extends TensorTree>(
  fn: (inputs: In) => Out,
  inputs: In,
  leaves: readonly tf.Tensor[],
): Out {
  const taken = new Set(leaves);
  return tidyTree(() =>
    mapTree(fn(inputs), (tensor) => {
      if (taken.has(tensor)) return tf.clone(tensor);
      taken.add(tensor);
      return tensor;
    }),
  );
}
