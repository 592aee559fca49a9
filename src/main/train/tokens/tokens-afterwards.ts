/**
 * Token values of a recorded step, computed after training: its questions and responses as they are stored go once more through a checkpoint's
 * weights. Deliberately absent: which checkpoint (services/runs/token-weights.ts), and where the values are kept.
 */

import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { CLIP_STATES } from '../../../shared/run/token-values.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { encodeQuestion } from '../../rollouts/encode-question.ts';
import type { Response } from '../../rollouts/generate-responses.ts';
import type { BackendInfo } from '../../tensor/backend.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { isOfTrl, takeTrlPolicy } from '../checkpoint.ts';
import { type PreparedRun, prepareRun } from '../prepare/prepare-run.ts';
import { microBatches } from '../update/micro-batches.ts';
import { packedRow, tokenValues } from './token-pass.ts';

const NOT_CLIPPED = CLIP_STATES.indexOf('none');

/** A stored response. */
export interface StoredResponse {
  readonly text: string;
  readonly tokens: number;
  readonly truncated: boolean;
}

/** A question with its stored responses, in order of their samples. */
export interface StoredGroup {
  readonly question: Question;
  readonly responses: readonly StoredResponse[];
}

/**
 * The values of each response, group by group, as base64 of packTokenValues; clip states are known only where a batch has one update, null otherwise. Null
 * for a response whose text is not cut into as many tokens as it was written in. `checkpoint` is a folder, null: the weights that the run begins with.
 * @throws SophiaError 'usage' where groups are not of the sizes that the settings say
 */
export function tokensAfterwards(
  settings: Settings,
  backend: BackendInfo,
  runFolder: string,
  checkpoint: string | null,
  groups: readonly StoredGroup[],
): (string | null)[] {
  const { questionsPerStep, numGenerations } = settings.training;
  if (groups.length !== questionsPerStep || groups.some(({ responses }) => responses.length !== numGenerations))
    throw new SophiaError(
      'usage',
      `The step holds ${groups.length} questions with ${groups[0]?.responses.length ?? 0} responses, and not ${questionsPerStep} with ${numGenerations} each.`,
      'Token values can be computed for whole steps of this program only.',
    );
  const run = runAt(settings, backend, runFolder, checkpoint);
  const { tokenizer, config } = run.sampler;
  const [end] = config.text.eosTokenIds;
  const encoded = groups.map(({ question }) => encodeQuestion(run.sampler, question, run.encode));
  const responses = groups.flatMap(({ responses }) =>
    responses.map(({ text, truncated }): Response => {
      const ids = tokenizer.encode(text);
      if (!truncated && end !== undefined) ids.push(end);
      return { ids, logps: ids.map(() => 0), text, truncated };
    }),
  );
  const applied = run.applied(run.policy);
  const features = run.sampler.features(applied.weights, encoded);
  disposeTree(applied.own);
  const micros = microBatches(run, encoded, { responses, features }).map((micro) => ({ ...micro, refLogps: null }));
  // With one update per batch the ratio is 1 in every token: nothing is clipped. With several only training knows.
  const isNeverClipped = settings.training.numIterations === 1;
  const kept = tokenValues(run, micros).map((entry) => ({
    ...entry,
    clips: isNeverClipped ? entry.logps.map((row) => row.map(() => NOT_CLIPPED)) : null,
  }));
  const stored = groups.flatMap((group) => group.responses);
  const values = Array<string | null>(responses.length).fill(null);
  micros.forEach(({ rows }, i) => {
    rows.forEach((row, r) => {
      const response = responses[row];
      const entry = kept[i];
      if (response === undefined || entry === undefined || response.ids.length !== stored[row]?.tokens) return;
      values[row] = packedRow(run, response, entry, r);
    });
  });
  disposeTree(features, ...micros.map((micro) => micro.own));
  return values;
}

/** The run with the weights of a checkpoint, whichever trainer wrote it: of another trainer's the policy is taken, and no optimiser. */
function runAt(settings: Settings, backend: BackendInfo, runFolder: string, checkpoint: string | null): PreparedRun {
  if (checkpoint === null || !isOfTrl(checkpoint)) return prepareRun(settings, backend, runFolder, checkpoint);
  const run = prepareRun(settings, backend, runFolder, null);
  const own = { config: run.model.config, dtype: settings.model.dtype, configHash: run.configHash };
  return { ...run, policy: takeTrlPolicy(checkpoint, run.policy, own) };
}
