/**
 * Trees of named tensors, as JAX's pytrees: records and lists of tensors, nested; null where a batch has nothing. Tensors are a tree's
 * leaves. All else is its structure: names, nulls, and values that are fixed (an image's grid, a temperature). Leaves come in the order in
 * which their names were put in.
 */
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';

/** Records and lists of tensors, nested. A record's type must be a type alias: TypeScript gives interfaces no index signature. */
export type TensorTree =
  | tf.Tensor
  | Fixed<unknown>
  | null
  | undefined
  | readonly TensorTree[]
  | { readonly [name: string]: TensorTree };

/** A value in a tree that is no tensor: it belongs to the structure, so what is compiled for one value is compiled anew for another. */
export class Fixed<T> {
  readonly value: T;
  /** The value as JSON: equal text, equal value. */
  readonly key: string;

  constructor(value: T) {
    this.value = value;
    this.key = JSON.stringify(value);
  }
}

/** Puts a value that JSON can hold into a tree, as a part of its structure (JAX's static arguments). */
export function fixed<T>(value: T): Fixed<T> {
  return new Fixed(value);
}

/** A tree taken apart. */
export interface Flat {
  readonly leaves: tf.Tensor[];
  readonly key: string; // structure, and each tensor's type and shape: trees with equal keys are served by one graph
}

/** Takes a tree apart. Throws an internal error that begins with `what` and names the path of a leaf that is no tensor or was disposed of. */
export function flatten(tree: TensorTree, what: string): Flat {
  const leaves: tf.Tensor[] = [];
  let key = '';
  let bad = false;
  // One string grows: for a model's hundreds of weights this took as long as joining their shapes alone did.
  const visit = (part: TensorTree): void => {
    if (part === null || part === undefined) key += part === null ? '0' : '_';
    else if (part instanceof tf.Tensor) {
      bad ||= part.isDisposed;
      leaves.push(part);
      key += part.dtype;
      for (const size of part.shape) key += `,${size}`;
    } else if (part instanceof Fixed) key += part.key;
    else if (isList(part)) {
      key += '[';
      for (const inner of part) {
        visit(inner);
        key += ';';
      }
      key += ']';
    } else if (isRecord(part)) {
      key += '{';
      for (const name in part) {
        key += name;
        key += '\0';
        visit(part[name]);
        key += ';';
      }
      key += '}';
    } else bad = true;
  };
  visit(tree);
  if (bad) throw badLeaf(tree, what);
  return { leaves, key };
}

/** The paths of a tree's tensors (`batch/prefix/ids`), in the order of its leaves. */
export function pathsOf(tree: TensorTree): string[] {
  return entriesOf(tree).map(([path]) => path);
}

/** The tree with each tensor replaced by what `fn` makes of it. */
export function mapTree<T extends TensorTree>(tree: T, fn: (tensor: tf.Tensor) => tf.Tensor): T {
  const visit = (part: TensorTree): TensorTree => {
    if (part instanceof tf.Tensor) return fn(part);
    if (part === null || part === undefined || part instanceof Fixed) return part;
    if (isList(part)) return part.map(visit);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner)]));
  };
  return visit(tree) as T; // the same names over the same leaves
}

/** The tree with other tensors, one for each of its own, in order; throws an internal error where there are too few. */
export function unflatten<T extends TensorTree>(tree: T, leaves: readonly tf.Tensor[]): T {
  let at = 0;
  return mapTree(tree, () => {
    const leaf = leaves[at++];
    if (leaf === undefined)
      throw new SophiaError('internal', `A tree of tensors got ${leaves.length}, too few for it.`);
    return leaf;
  });
}

/** Frees every tensor of the trees; one that is in them twice, or free already, does no harm. */
export function disposeTree(...trees: readonly TensorTree[]): void {
  for (const [, leaf] of entriesOf(trees)) if (leaf instanceof tf.Tensor) leaf.dispose();
}

/** tf.tidy for a function that returns a tree: frees all that it made on the way. */
export function tidyTree<T extends TensorTree>(fn: () => T): T {
  const kept: T[] = [];
  tf.tidy(() => {
    const tree = fn();
    kept.push(tree);
    return flatten(tree, 'tidyTree').leaves;
  });
  return kept[0]!;
}

function badLeaf(tree: TensorTree, what: string): SophiaError {
  for (const [path, leaf] of entriesOf(tree)) {
    if (!(leaf instanceof tf.Tensor))
      return new SophiaError(
        'internal',
        `${what}: ${path} is a ${typeof leaf}, not a tensor (see tensor/tree.ts, fixed).`,
      );
    if (leaf.isDisposed) return new SophiaError('internal', `${what}: ${path} was disposed of before the call.`);
  }
  return new SophiaError('internal', `${what}: not a tree of tensors.`);
}

/** Leaves with their paths, those that are no tensors among them. */
function entriesOf(tree: TensorTree): [path: string, leaf: unknown][] {
  const found: [string, unknown][] = [];
  const visit = (part: TensorTree, path: string): void => {
    if (part === null || part === undefined || part instanceof Fixed) return;
    const within = path === '' ? '' : `${path}/`;
    if (part instanceof tf.Tensor || !isRecord(part)) found.push([path === '' ? 'the whole' : path, part]);
    else for (const [name, inner] of Object.entries(part)) visit(inner, `${within}${name}`);
  };
  visit(tree, '');
  return found;
}

function isList(part: TensorTree): part is readonly TensorTree[] {
  return Array.isArray(part);
}

function isRecord(part: unknown): part is { readonly [name: string]: TensorTree } {
  return typeof part === 'object' && part !== null;
}
