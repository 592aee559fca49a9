/** What is used of tfjs-node beyond tfjs: its native binding, and how tensors are told to it. */
import * as tf from '@tensorflow/tfjs-core';
import type { OpAttr } from './graph-def.ts';

/** A native tensor: `dtype` is TensorFlow's DataType. */
export interface TensorMeta {
  id: number;
  shape: number[];
  dtype: number;
}

/** The addon's own functions. */
export interface Binding {
  /** Set while a function is traced (trace.ts): ops become nodes. */
  readonly records?: true;
  executeOp(name: string, attrs: OpAttr[], inputIds: number[], outputs: number): TensorMeta[];
  createTensor(shape: number[], dtype: number, values: ArrayBufferView | unknown[]): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): unknown;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(session: number, inputIds: number[], inputNames: string, outputNames: string): TensorMeta[];
}

/** The tensorflow backend of tfjs-node. */
export interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  binding: Binding;
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  createOutputTensor(meta: TensorMeta): tf.Tensor;
  getDTypeInteger(dtype: string): number;
  executeMultipleOutputs<Out extends tf.Tensor[]>(
    op: string,
    attrs: readonly OpAttr[],
    inputs: readonly tf.Tensor[],
    outputs: Out['length'],
  ): Out;
}

/** Whether TensorFlow's own ops are within reach. */
export function onTensorflow(): boolean {
  return tf.getBackend() === 'tensorflow';
}

/** Whether TensorFlow computes on a GPU. */
export function onGpu(): boolean {
  return onTensorflow() && nodeBackend().isUsingGpuDevice;
}

/** The backend in use, where it is tensorflow. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}
