/**
 * Writes down what a function of tensors does: it runs once, while every op that reaches tfjs-node's binding becomes a node of a
 * TensorFlow graph, which is written as a SavedModel and loaded. Nothing is computed and no memory taken: an op's result is a form, a shape
 * and a type (shapes.ts). Equal constants and equal ops on equal inputs are one node.
 */

import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';
import { firstPart } from '../../shared/text/first-part.ts';
import { entryAt, firstOf, getOrMake, present } from '../../shared/values/list.ts';
import { ATTR, constNode, encodeAttrs, type GraphNode, placeholderNode, writeSavedModel } from './graph-def.ts';
import type { Binding, NodeBackend } from './node-backend.ts';
import { withScratchFolder } from './scratch-folder.ts';
import { type Form, inferForms } from './shapes.ts';
import { flatten, pathsOf, type TensorTree, tidyTree, unflatten } from './tree.ts';

/** A loaded graph. */
export interface Session<Out> {
  readonly id: number;
  readonly inputNames: string;
  readonly inputIndices: readonly number[]; // inputs the graph really uses
  readonly outputNames: string;
  readonly result: Out; // as it was traced: only its structure counts
  readonly nodes: number; // of the graph, inputs among them
}

/** Type attributes that tfjs-node leaves to eager inference but a graph must state: attribute -> the input that has the type. */
const INFERRED_TYPES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ExpandDims: { T: 0, Tdim: 1 },
  Identity: { T: 0 },
};

/** Ids of forms, where no native tensor is behind a tensor of tfjs: above all that the binding gives. */
const FIRST_FORM = 2 ** 30;

type FormsOnZeros = (...call: [Binding, ...Parameters<Binding['executeOp']>]) => readonly Form[];

/** Runs `fn` on `given`, whose tensors are `leaves`, and loads the graph of it. `what` begins the messages of errors. */
export function trace<In extends TensorTree, Out extends TensorTree>(
  what: string,
  fn: (inputs: In) => Out,
  given: In,
  leaves: readonly tf.Tensor[],
  backend: NodeBackend,
): Session<Out> {
  const nodes: GraphNode[] = [];
  const refs = new Map<number, string>(); // native tensor id -> graph output
  const forms = new Map<number, Form>(); // native tensor id -> shape and type
  const constants = new Map<number, ArrayBufferView>(); // by id
  const real = backend.binding;
  let newestForm = FIRST_FORM;
  const addForm = (form: Form, ref: string): number => {
    const id = newestForm++;
    forms.set(id, form);
    refs.set(id, ref);
    return id;
  };
  // One tensor under two names is two inputs, which may differ at the next call: while tracing, the second is a copy.
  const copies: tf.Tensor[] = [];
  const copyOf = (tensor: tf.Tensor, id: number): tf.Tensor => {
    const type = { name: 'T', type: ATTR.type, value: backend.getDTypeInteger(tensor.dtype) };
    const copy = backend.createOutputTensor(firstOf(real.executeOp('Identity', [type], [id], 1), 'result of an op'));
    copies.push(copy);
    return copy;
  };
  const idOf = (tensor: tf.Tensor): number => firstOf(backend.getInputTensorIds([tensor]), 'id of a tensor');
  const inputs = leaves.map((leaf, i) => {
    const input = refs.has(idOf(leaf)) ? copyOf(leaf, idOf(leaf)) : leaf;
    nodes.push(placeholderNode(`i${i}`, backend.getDTypeInteger(input.dtype), input.shape));
    refs.set(idOf(input), `i${i}:0`);
    forms.set(idOf(input), { shape: input.shape, dtype: backend.getDTypeInteger(input.dtype) });
    return input;
  });
  // Equal constants and equal ops on equal inputs become one node: what a block repeats per token (joined weights, shapes) is made once.
  const known = new Map<string, string>();
  const once = (key: string, make: (name: string) => GraphNode): string =>
    getOrMake(known, key, () => {
      const name = `n${nodes.length}`;
      nodes.push(make(name));
      return name;
    });
  const recording: Partial<Binding> = {
    records: true,
    createTensor(shape, dtype, values) {
      const content = bytesOf(values as ArrayBufferView, what);
      const key = `${dtype}|${shape.join()}|${Buffer.from(content).toString('latin1')}`;
      const ints = values instanceof Int32Array ? [...values] : undefined;
      const id = addForm({ shape, dtype, ints }, `${once(key, (node) => constNode(node, dtype, shape, content))}:0`);
      constants.set(id, values as ArrayBufferView);
      return id;
    },
    deleteTensor(id) {
      if (id < FIRST_FORM) real.deleteTensor(id);
      else for (const map of [forms, refs, constants]) map.delete(id);
    },
    executeOp(op, attrs, ids, outputs) {
      const from = ids.map((id) => {
        const ref = refs.get(id);
        if (ref === undefined)
          throw new SophiaError('internal', `${what}: ${op} reads a tensor that is not an input of the function.`);
        return ref.endsWith(':0') ? ref.slice(0, -2) : ref;
      });
      const given = ids.map((id) => present(forms.get(id), 'form of a tensor'));
      const results = inferForms(op, attrs, given, outputs) ?? formsOnZeros(real, op, attrs, ids, outputs);
      const inferred = Object.entries(INFERRED_TYPES[op] ?? {})
        .filter(([attr]) => !attrs.some((given) => given.name === attr))
        .map(([attr, input]) => ({
          name: attr,
          type: ATTR.type,
          value: entryAt(given, input, 'input of an op').dtype,
        }));
      const encoded = encodeAttrs([...attrs, ...inferred]);
      const key = `${op}|${from.join()}|${Buffer.from(encoded).toString('latin1')}`;
      const node = once(key, (own) => ({ name: own, op, inputs: from, attrs: encoded }));
      return results.map(({ shape, dtype }, i) => ({
        id: addForm({ shape, dtype }, `${node}:${i}`),
        shape: [...shape],
        dtype,
      }));
    },
    tensorDataSync(id) {
      const ref = refs.get(id);
      const which = ref?.startsWith('i') ? ` of ${pathsOf(given)[Number(ref.slice(1, -2))]}` : '';
      throw new SophiaError('internal', `${what}: a traced function must not read tensor values${which}.`);
    },
  };
  /** An op that shapes.ts does not know runs once, on zeros in place of what would be computed. */
  const formsOnZeros: FormsOnZeros = (binding, op, attrs, ids, outputs) => {
    const made: number[] = [];
    const realId = (id: number): number => {
      if (id < FIRST_FORM) return id;
      const { shape, dtype } = present(forms.get(id), 'form of a tensor');
      const own = binding.createTensor([...shape], dtype, constants.get(id) ?? zerosOf(shape, dtype, `${what}: ${op}`));
      made.push(own);
      return own;
    };
    try {
      const metas = binding.executeOp(op, attrs, ids.map(realId), outputs);
      made.push(...metas.map(({ id }) => id));
      return metas;
    } finally {
      for (const id of made) binding.deleteTensor(id);
    }
  };
  // A small tensor from outside would become a constant without a word: it is uploaded only now, as the function's own are.
  const ids = backend.getInputTensorIds.bind(backend);
  const newest = newestId();
  const passedIn = new Set(inputs);
  backend.getInputTensorIds = (tensors) => {
    for (const tensor of tensors)
      if (tensor instanceof tf.Tensor && tensor.id <= newest && !passedIn.has(tensor))
        throw new SophiaError(
          'internal',
          `${what}: a tensor [${tensor.shape.join(', ')}] made outside the function is not an input of it.`,
        );
    return ids(tensors);
  };
  // A Proxy, since the native binding's own properties are neither writable nor enumerable.
  backend.binding = new Proxy({} as Binding, { get: (_empty, key: keyof Binding) => recording[key] ?? real[key] });
  try {
    const result = tidyTree(() => fn(unflatten(given, inputs)));
    const outputs = flatten(result, what).leaves;
    const outputNames = outputs.map((output, i) => {
      const ref = present(refs.get(idOf(output)), 'node of an output');
      if (!ref.startsWith('i')) return ref;
      // An input handed straight back needs a node of its own: a session does not fetch what it is fed.
      const attrs = encodeAttrs([{ name: 'T', type: ATTR.type, value: forms.get(idOf(output))?.dtype }]);
      nodes.push({ name: `o${i}`, op: 'Identity', inputs: [ref.slice(0, -2)], attrs });
      return `o${i}:0`;
    });
    for (const output of outputs) if (!passedIn.has(output)) output.dispose();
    return { ...load(nodes, outputNames, inputs.length, real), result };
  } finally {
    backend.binding = real;
    backend.getInputTensorIds = ids;
    tf.dispose(copies);
  }
}

/** tfjs counts its tensors: those made from now on have larger ids. */
function newestId(): number {
  const tensor = tf.scalar(0);
  tensor.dispose();
  return tensor.id;
}

function load(
  nodes: readonly GraphNode[],
  outputNames: readonly string[],
  inputCount: number,
  binding: Binding,
): Omit<Session<never>, 'result'> {
  const live = reachable(nodes, outputNames);
  const used = Array.from({ length: inputCount }, (_, i) => i).filter((i) => live.has(`i${i}`));
  return withScratchFolder('sophia-graph-', (folder) => {
    writeSavedModel(
      folder,
      nodes.filter((node) => live.has(node.name)),
    );
    const id = binding.loadSavedModel(folder, 'serve');
    return {
      id,
      nodes: live.size,
      inputNames: used.map((i) => `i${i}:0`).join(','),
      inputIndices: used,
      outputNames: outputNames.join(','),
    };
  });
}

function reachable(nodes: readonly GraphNode[], outputs: readonly string[]): Set<string> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const seen = new Set<string>();
  const stack = outputs.map((output) => firstPart(output, ':'));
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const input of present(byName.get(name), `node ${name}`).inputs) stack.push(firstPart(input, ':'));
  }
  return seen;
}

function zerosOf(shape: readonly number[], dtype: number, what: string): ArrayBufferView {
  const size = shape.reduce((product, of) => product * of, 1);
  const make = { 1: Float32Array, 3: Int32Array, 10: Uint8Array }[dtype];
  if (make === undefined)
    throw new SophiaError('internal', `${what}: there are no zeros of TensorFlow's type ${dtype}.`);
  return new make(size);
}

function bytesOf(values: ArrayBufferView, what: string): Uint8Array {
  if (!ArrayBuffer.isView(values)) throw new SophiaError('internal', `${what}: only numeric constants can be traced.`);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
