/**
 * The values of every token of a step's responses, for steps that keep them (setting logging.tokensEvery). A pass of its own: the update's graphs
 * are the same whether values are kept or not, and so are their numbers.
 *
 * Log-probability, entropy and KL are under the weights that sampled. The clip state is that of the step's last update; with one update per
 * batch its ratio is 1 everywhere and nothing is clipped.
 */
import * as tf from '@tensorflow/tfjs-core';
import { base64Of, CLIP_STATES, type ClipState, packTokenValues } from '../../../shared/run/token-values.ts';
import { perTokenKl } from '../../loss/kl.ts';
import { clipCodes } from '../../loss/policy-loss.ts';
import type { Response } from '../../rollouts/generate-responses.ts';
import { pieceLengths } from '../../rollouts/piece-lengths.ts';
import { disposeTree } from '../../tensor/tree.ts';
import type { GrpoRun } from '../grpo-run.ts';
import type { MicroBatch } from '../update/micro-batches.ts';

/** A micro-batch with the reference's log-probabilities, null where the loss has no KL. */
type Micro = MicroBatch & { readonly refLogps: tf.Tensor2D | null };

/** Values of a micro-batch's tokens, row by row [B][T padded]. */
interface Kept {
  readonly logps: readonly (readonly number[])[];
  readonly entropies: readonly (readonly number[])[];
  readonly kls: readonly (readonly number[])[];
  clips: readonly (readonly number[])[] | null;
}

/** Looks at the tokens of a step; `values` are base64 of packTokenValues per response, null for a step that keeps none. */
export interface TokenWatch {
  /** To be called before each update of the step, counted from 0. */
  before(iteration: number): void;
  values(): readonly string[] | null;
}

/** Whether a step keeps its token values. */
export const keepsTokens = (every: number, step: number): boolean => every > 0 && step % every === 0;

/** Watches a step; `advantages` are those of all its responses. */
export function tokenWatch(
  run: GrpoRun,
  step: number,
  responses: readonly Response[],
  micros: readonly Micro[],
  advantages: readonly number[],
): TokenWatch {
  const { settings } = run;
  if (!keepsTokens(settings.logging.tokensEvery, step)) return { before: () => {}, values: () => null };
  const last = settings.training.numIterations - 1;
  let kept: readonly Kept[] = [];
  return {
    before(iteration) {
      if (iteration === 0) kept = tokenValues(run, micros);
      if (iteration !== last) return;
      const own = run.applied(run.policy);
      micros.forEach((micro, i) => {
        const entry = kept[i];
        if (entry === undefined) return;
        // As the loss has it: on the first update the ratio is 1, whatever rounding makes of two passes.
        const passed = iteration === 0 ? null : run.graphs.tokens(own.weights, micro.batch);
        const codes = clipCodes({
          newLogps: passed?.logps ?? micro.oldLogps,
          oldLogps: micro.oldLogps,
          advantages: micro.rows.map((row) => advantages[row] ?? 0),
          mask: micro.batch.response.mask,
          config: settings.loss,
        });
        entry.clips = codes.arraySync();
        disposeTree(codes, passed);
      });
      disposeTree(own.own);
    },
    values() {
      const packed = Array<string>(responses.length).fill('');
      micros.forEach(({ rows }, i) => {
        const entry = kept[i];
        rows.forEach((row, r) => {
          const response = responses[row];
          if (entry === undefined || response === undefined) return;
          packed[row] = packedRow(run, response, entry, r);
        });
      });
      return packed;
    },
  };
}

/** The values of micro-batches under the policy's weights as they are. */
export function tokenValues(run: GrpoRun, micros: readonly Micro[]): Kept[] {
  const { graphs, settings, reference, policy } = run;
  const own = run.applied(policy);
  const kept = micros.map((micro): Kept => {
    const { logps, entropies } = graphs.tokens(own.weights, micro.batch);
    const refLogps = micro.refLogps ?? graphs.logps(reference, micro.referenceBatch);
    const kl = tf.tidy(() => perTokenKl(logps, refLogps, settings.loss.klEstimator));
    const values = { logps: logps.arraySync(), entropies: entropies.arraySync(), kls: kl.arraySync(), clips: null };
    disposeTree(logps, entropies, kl, micro.refLogps === null ? refLogps : null);
    return values;
  });
  disposeTree(own.own);
  return kept;
}

/** A response's values as base64; `r`: its row in the micro-batch. */
export function packedRow(
  { sampler }: Pick<GrpoRun, 'sampler'>,
  { ids, text }: Pick<Response, 'ids' | 'text'>,
  { logps, entropies, kls, clips }: Kept,
  r: number,
): string {
  const of = (rows: readonly (readonly number[])[]) => (rows[r] ?? []).slice(0, ids.length);
  return base64Of(
    packTokenValues({
      lengths: pieceLengths(sampler.tokenizer, ids, text),
      logps: of(logps),
      entropies: of(entropies),
      kls: of(kls),
      clips: clips === null ? null : of(clips).map((code): ClipState => CLIP_STATES[code] ?? 'none'),
    }),
  );
}
