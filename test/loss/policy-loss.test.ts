import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { LossMetrics } from '../../src/main/loss/policy-loss.ts';
import { entropyFromLogits } from '../../src/main/model/network/response-logps.ts';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { type Batch, batch, close, closeAll, type Matrix, run, take } from './loss-batch.ts';

const LOSS_TYPES = ['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo'] as const;
const backends = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);

for (const backend of backends) {
  describe(`policy loss on ${backend}`, () => {
    before(() => useBackend(backend));

    it('ignores padding, whatever stands in it', async () => {
      const data = batch();
      for (const lossType of LOSS_TYPES) {
        for (const importanceLevel of ['token', 'sequence'] as const) {
          const plain = await run(data, { lossType, importanceLevel });
          const pad = (rows: Matrix, value: number): Matrix => rows.map((row) => [...row, value, value]);
          const padded = await run(
            {
              ...data,
              newLogps: pad(data.newLogps, 0),
              oldLogps: pad(data.oldLogps!, -1000),
              refLogps: pad(data.refLogps!, Number.NaN),
              mask: pad(data.mask, 0),
            },
            { lossType, importanceLevel },
          );
          close(padded.loss, plain.loss, 1e-6);
          closeAll(
            padded.gradient,
            plain.gradient.map((row) => [...row, 0, 0]),
            1e-6,
          );
          assert.deepEqual(Object.keys(padded.metrics), Object.keys(plain.metrics));
          for (const name of Object.keys(plain.metrics) as (keyof LossMetrics)[]) {
            close(padded.metrics[name], plain.metrics[name]);
          }
        }
      }
    });

    it('follows the responses when they are permuted', async () => {
      const data = batch();
      const order = [2, 0, 3, 1];
      const [plain, permuted] = [await run(data), await run(take(data, order))];
      close(permuted.loss, plain.loss, 1e-6);
      closeAll(
        permuted.gradient,
        order.map((i) => plain.gradient[i]!),
        1e-6,
      );
    });

    it('adds up over micro-batches to the loss of the whole step (grpo, dapo, dr_grpo, cispo)', async () => {
      const data = batch();
      const totals = { sequences: 4, tokens: data.mask.flat().reduce((a, b) => a + b) };
      for (const lossType of ['grpo', 'dapo', 'dr_grpo', 'cispo'] as const) {
        const whole = await run(data, { lossType });
        const parts = [
          await run(take(data, [0]), { lossType }, totals),
          await run(take(data, [1, 2, 3]), { lossType }, totals),
        ];
        close(parts[0]!.loss + parts[1]!.loss, whole.loss, 1e-6);
        closeAll([...parts[0]!.gradient, ...parts[1]!.gradient], whole.gradient, 1e-6);
      }
    });

    it('has the gradient that finite differences give', async () => {
      const data = batch(3);
      const step = 1e-2;
      for (const importanceLevel of ['token', 'sequence'] as const) {
        const { gradient } = await run(data, { importanceLevel, epsilon: 9, epsilonHigh: 9 }); // away from the kinks
        for (const [i, t] of [
          [0, 0],
          [1, 3],
          [3, 2],
        ] as const) {
          const moved = async (by: number): Promise<number> => {
            const newLogps = data.newLogps.map((row) => [...row]);
            newLogps[i]![t]! += by;
            return (await run({ ...data, newLogps }, { importanceLevel, epsilon: 9, epsilonHigh: 9 })).loss;
          };
          close(((await moved(step)) - (await moved(-step))) / (2 * step), gradient[i]![t]!, 2e-4);
        }
      }
    });

    it('without old log-probabilities is the first update: ratio 1, gradient as with old = new', async () => {
      const data = batch();
      const [first, explicit] = [
        await run({ ...data, oldLogps: null }),
        await run({ ...data, oldLogps: data.newLogps }),
      ];
      close(first.loss, explicit.loss, 1e-6);
      closeAll(first.gradient, explicit.gradient, 1e-6);
      assert.deepEqual([first.metrics.ratioMin, first.metrics.ratioMax], [1, 1]);
      assert.deepEqual([first.metrics.clipShareLow, first.metrics.clipShareHigh], [0, 0]);
      assert.ok(first.gradient.flat().some((value) => Math.abs(value) > 0.01));
    });

    it('cuts the gradient of clipped tokens, and only there', async () => {
      const ratios = [2, 0.5, 2, 0.5];
      const data: Batch = {
        newLogps: ratios.map((ratio) => [-2 + Math.log(ratio)]),
        oldLogps: ratios.map(() => [-2]),
        refLogps: null,
        advantages: [1, 1, -1, -1],
        mask: ratios.map(() => [1]),
      };
      const { loss, gradient, metrics } = await run(data);
      closeAll(gradient, [[0], [-0.125], [0.5], [0]]);
      close(loss, -(1.28 + 0.5 - 2 - 0.8) / 4);
      close(metrics.clipShareHigh, 0.25);
      close(metrics.clipShareLow, 0.25);
      close(metrics.ratioMin, 0.5);
      close(metrics.ratioMax, 2);
    });

    it('passes the gradient exactly at a clip bound, as torch does', async () => {
      const data = take({ ...batch(), oldLogps: batch().newLogps, refLogps: null }, [0, 1]); // every ratio is exactly 1
      const [bound, free] = [await run(data, { epsilon: 0, epsilonHigh: 0 }), await run(data)];
      assert.deepEqual(bound.gradient, free.gradient);
      assert.ok(bound.gradient[0]!.every((value) => value < 0));
    });

    it('has KL 0 and no KL gradient where policy and reference agree, for every estimator', async () => {
      const data = batch();
      for (const klEstimator of ['k1', 'k2', 'k3'] as const) {
        const same = await run(
          { ...data, refLogps: data.newLogps, advantages: [0, 0, 0, 0] },
          { klEstimator, beta: 1 },
        );
        assert.equal(same.metrics.kl, 0);
        assert.equal(Math.abs(same.loss), 0);
        if (klEstimator !== 'k1') assert.ok(same.gradient.flat().every((value) => value === 0));
      }
    });

    it('has no KL term without a reference or with beta 0', async () => {
      const data = batch();
      const [without, zero] = [await run({ ...data, refLogps: null }), await run(data, { beta: 0 })];
      close(without.loss, zero.loss, 1e-7);
      assert.equal(without.metrics.kl, 0);
      assert.ok(zero.metrics.kl > 0);
    });

    it('gives a response without tokens no loss, and no NaN', async () => {
      const data = { ...batch(), mask: batch().mask.map((row, i) => row.map((value) => (i === 2 ? 0 : value))) };
      for (const importanceLevel of ['token', 'sequence'] as const) {
        const { loss, gradient } = await run(data, { importanceLevel });
        assert.ok(Number.isFinite(loss));
        assert.deepEqual(gradient[2]!.map(Math.abs), [0, 0, 0, 0, 0, 0]);
      }
    });

    it('weighs tokens as each loss type says', async () => {
      const data: Batch = {
        newLogps: [
          [-1, -1, -1, -1],
          [-1, -1, -1, -1],
        ],
        oldLogps: null,
        refLogps: null,
        advantages: [1, 1],
        mask: [
          [1, 1, 1, 1],
          [1, 0, 0, 0],
        ],
      };
      const want = {
        grpo: [1 / 8, 1 / 2],
        bnpo: [1 / 5, 1 / 5],
        dapo: [1 / 5, 1 / 5],
        dr_grpo: [1 / 12, 1 / 12],
        cispo: [0.28 / 5, 0.28 / 5], // the weight of a ratio of 1 is cut to epsilonHigh
      };
      for (const lossType of LOSS_TYPES) {
        const { gradient } = await run(data, { lossType });
        close(-gradient[0]![3]!, want[lossType][0]!, 1e-6);
        close(-gradient[1]![0]!, want[lossType][1]!, 1e-6);
        assert.equal(Math.abs(gradient[1]![1]!), 0);
      }
    });

    it('leaves no tensors behind', async () => {
      const data = batch();
      await run(data);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) await run(data);
      assert.equal(tf.memory().numTensors, before);
    });

    it('entropy of logits: log V for equal ones, near 0 for a certain one', async () => {
      const entropy = await entropyFromLogits(
        tf.tensor2d([
          [5, 5, 5, 5],
          [100, 0, 0, 0],
        ]),
      ).data();
      close(entropy[0]!, Math.log(4));
      close(entropy[1]!, 0, 1e-4);
    });
  });
}
