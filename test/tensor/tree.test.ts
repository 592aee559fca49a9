/** Trees of tensors come apart and together again, and say by path which leaf is meant. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { disposeTree, fixed, flatten, mapTree, pathsOf, tidyTree, unflatten } from '../../src/main/tensor/tree.ts';

const keyOf = (tree: Parameters<typeof flatten>[0]) => flatten(tree, 'test').key;

describe('a tree of tensors', () => {
  before(() => useBackend('wasm'));

  it('lists its leaves in the order of their names, with their paths', () => {
    const [a, b, c] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
    const tree = { prefix: { ids: a, none: null }, past: [{ keys: b }, { keys: c }], grids: fixed([[1, 4, 4]]) };
    assert.deepEqual(flatten(tree, 'test').leaves, [a, b, c]);
    assert.deepEqual(pathsOf(tree), ['prefix/ids', 'past/0/keys', 'past/1/keys']);
    assert.deepEqual(pathsOf(a), ['the whole']);
  });

  it('has one key for equal names, types and shapes, whatever the values', () => {
    const make = (value: number) => ({ a: tf.fill([2, 3], value), b: [null, tf.scalar(value, 'int32')] });
    assert.equal(keyOf(make(1)), keyOf(make(2)));
  });

  it('has another key for every difference of names, order, nesting, nulls, fixed values, types and shapes', () => {
    const x = tf.zeros([2, 3]);
    const y = tf.zeros([2, 3]);
    const trees = [
      x,
      { x },
      { y: x },
      { x, y },
      { y, x },
      [x],
      [x, y],
      [[x], y],
      [[x, y]],
      { x, y: null },
      { x, y: undefined },
      { x: { y: x } },
      { x, y: fixed(1) },
      { x, y: fixed(2) },
      { x, y: fixed([2]) },
      { x: tf.zeros([3, 2]) },
      { x: tf.zeros([2, 3], 'int32') },
      { x: tf.zeros([23]) },
      {},
      [],
      null,
    ];
    assert.equal(new Set(trees.map(keyOf)).size, trees.length);
  });

  it('keeps its structure under a map, fixed values and nulls with it', () => {
    const tree = { a: tf.scalar(2), rest: [tf.scalar(3), null], size: fixed({ side: 56 }), none: undefined };
    const doubled = mapTree(tree, (tensor) => tf.mul(tensor, 2));
    assert.deepEqual(Object.keys(doubled), Object.keys(tree));
    assert.equal(doubled.size, tree.size);
    assert.deepEqual([doubled.a.arraySync(), doubled.rest[0]!.arraySync(), doubled.rest[1]], [4, 6, null]);
    const back = unflatten(tree, flatten(doubled, 'test').leaves);
    assert.deepEqual([back.a, back.rest], [doubled.a, doubled.rest]);
  });

  it('frees every tensor of it once, and what a tidied function made on the way', () => {
    const count = tf.memory().numTensors;
    const x = tf.scalar(1);
    const { kept } = tidyTree(() => {
      const onTheWay = tf.add(x, 1);
      return { kept: [tf.mul(onTheWay, 2)], none: null };
    });
    assert.equal(tf.memory().numTensors, count + 2);
    disposeTree({ x, again: x, kept, none: null }, null, undefined);
    assert.equal(tf.memory().numTensors, count);
  });
});
