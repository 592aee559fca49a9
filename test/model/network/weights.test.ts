/** A weight is looked up by name; one that is missing or of another rank is named. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { matrix, vector } from '../../../src/main/model/network/weights.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';

before(() => useBackend('wasm'));

it('a weight that is missing or of another rank is named, with its shape', () => {
  const weights = { 'norm.weight': tf.ones([8]), 'proj.weight': tf.ones([8, 4]) };
  assert.equal(matrix(weights, 'proj.weight'), weights['proj.weight']);
  assert.equal(vector(weights, 'norm.weight'), weights['norm.weight']);
  assert.throws(() => matrix(weights, 'proj.bias'), /The model has no weight proj\.bias\./);
  assert.throws(() => matrix(weights, 'norm.weight'), /norm\.weight has shape \[8\], not a shape of rank 2\./);
  assert.throws(() => vector(weights, 'proj.weight'), /proj\.weight has shape \[8, 4\], not a shape of rank 1\./);
});
