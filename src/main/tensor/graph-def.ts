/**
 * Writes a TensorFlow SavedModel (protocol buffers) from a list of recorded ops: the few message fields that a plain graph needs.
 * Field numbers: tensorflow/core/protobuf/{saved_model,meta_graph}.proto, framework/{graph,node_def,attr_value,tensor,tensor_shape}.proto.
 * Deliberately absent: reading protos, functions, control flow, variables.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One op attribute as tfjs-node gives it to its binding. */
export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** One node of the graph: inputs are `node` or `node:output`. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attrs: Uint8Array; // encoded map entries
}

/** Attribute type numbers of TensorFlow's C API (TF_AttrType). */
export const ATTR = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, tensor: 6 } as const;

class Writer {
  #chunks: Uint8Array[] = [];

  varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#chunks.push(Uint8Array.from(bytes));
    return this;
  }

  int(field: number, value: number | bigint): this {
    return this.varint(field << 3).varint(value);
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2).varint(value.length);
    this.#chunks.push(value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | 5);
    this.#chunks.push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  raw(value: Uint8Array): this {
    this.#chunks.push(value);
    return this;
  }

  done(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

function shapeProto(shape: readonly number[]): Uint8Array {
  const writer = new Writer();
  for (const size of shape) writer.bytes(2, new Writer().int(1, size).done());
  return writer.done();
}

/** AttrValue for one tfjs-node op attribute; lists become ListValue. */
function attrValue(attr: OpAttr): Uint8Array {
  const { type, value } = attr;
  if (Array.isArray(value) && type !== ATTR.shape) {
    const list = new Writer();
    for (const item of value as (number | boolean | string)[]) {
      if (type === ATTR.int) list.int(3, BigInt(item as number));
      else if (type === ATTR.float) list.float(4, item as number);
      else if (type === ATTR.bool) list.int(5, item ? 1 : 0);
      else if (type === ATTR.type) list.int(6, item as number);
      else list.text(2, String(item));
    }
    return new Writer().bytes(1, list.done()).done();
  }
  if (type === ATTR.int) return new Writer().int(3, BigInt(value as number)).done();
  if (type === ATTR.float) return new Writer().float(4, value as number).done();
  if (type === ATTR.bool) return new Writer().int(5, value ? 1 : 0).done();
  if (type === ATTR.type) return new Writer().int(6, value as number).done();
  if (type === ATTR.shape) return new Writer().bytes(7, shapeProto(value as number[])).done();
  return new Writer().text(2, String(value)).done();
}

function entry(name: string, value: Uint8Array): Uint8Array {
  return new Writer().bytes(5, new Writer().text(1, name).bytes(2, value).done()).done();
}

/** Encodes a recorded op's attributes as the attr map of a NodeDef. */
export function encodeAttrs(attrs: readonly OpAttr[]): Uint8Array {
  return Buffer.concat(attrs.map((attr) => entry(attr.name, attrValue(attr))));
}

/** A Const node holding a tensor's bytes. `dtype` is TensorFlow's DataType number. */
export function constNode(name: string, dtype: number, shape: readonly number[], content: Uint8Array): GraphNode {
  const tensor = new Writer().int(1, dtype).bytes(2, shapeProto(shape)).bytes(4, content).done();
  const attrs = Buffer.concat([
    entry('dtype', new Writer().int(6, dtype).done()),
    entry('value', new Writer().bytes(8, tensor).done()),
  ]);
  return { name, op: 'Const', inputs: [], attrs };
}

/** A Placeholder node with a fixed shape. */
export function placeholderNode(name: string, dtype: number, shape: readonly number[]): GraphNode {
  const attrs = Buffer.concat([
    entry('dtype', new Writer().int(6, dtype).done()),
    entry('shape', new Writer().bytes(7, shapeProto(shape)).done()),
  ]);
  return { name, op: 'Placeholder', inputs: [], attrs };
}

/** Writes `saved_model.pb` with one meta graph tagged `serve` into a folder. */
export function writeSavedModel(folder: string, nodes: readonly GraphNode[]): void {
  const graph = new Writer();
  for (const node of nodes) {
    const def = new Writer().text(1, node.name).text(2, node.op);
    for (const input of node.inputs) def.text(3, input);
    graph.bytes(1, def.raw(node.attrs).done());
  }
  graph.bytes(4, new Writer().int(1, 1087).done()); // VersionDef: a producer every TensorFlow 2 accepts
  const metaInfo = new Writer().text(4, 'serve').done();
  const metaGraph = new Writer().bytes(1, metaInfo).bytes(2, graph.done()).done();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'saved_model.pb'), new Writer().int(1, 1).bytes(2, metaGraph).done());
}
