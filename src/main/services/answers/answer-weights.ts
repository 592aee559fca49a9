/** Which weights of a run can answer questions, where they lie, and which of its answers are known already. */
import { existsSync } from 'node:fs';
import { type AnswerEnd, answersDependOn, type ComparedAnswers } from '../../../shared/answers/asked-answers.ts';
import { SophiaError } from '../../../shared/errors.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import type { AnswerChange } from '../../store/answers/answer-pairs.ts';
import type { AnswerKey, AnswerSet } from '../../store/answers/answer-set-queries.ts';
import { checkpointPlace, isOnDisk } from '../../store/read/checkpoint-place.ts';
import type { ReadStore } from '../../store/store.ts';

/** Weights that can answer. */
export interface AnswerWeights extends AnswerEnd {
  readonly run: string; // its name
  readonly settings: Settings;
  /** Content hash of the checkpoint; of step 0 the hash of the model that the run began with. */
  readonly hash: string;
  readonly folder: string | null; // of the checkpoint; null: the model that the run began with
}

/** All weights of a run that lie on this machine, by rising steps. */
export function weightsOf(store: ReadStore, runId: number): AnswerWeights[] {
  const { name: run, settings, attempts, origin } = store.run(runId);
  // Another program's log has no settings of ours.
  if (settings.data === undefined) return [];
  const own = { runId, run, settings };
  const began = attempts.findLast(({ environment }) => environment !== null)?.environment?.modelHash;
  const isBase = settings.sft.steps === 0 && began !== undefined && origin?.format !== 'pack';
  const base = isBase && isModel(store, settings) ? [{ ...own, step: 0, hash: began, folder: null }] : [];
  const checkpoints = store
    .checkpoints(runId)
    .filter((checkpoint) => isOnDisk(store.paths, checkpoint))
    .map((checkpoint) => ({
      ...own,
      ...{ step: checkpoint.step, hash: checkpoint.hash, folder: checkpointPlace(store.paths, checkpoint) },
    }));
  return [...base, ...checkpoints.filter(({ step }) => step > 0)].sort((a, b) => a.step - b.step);
}

function isModel(store: ReadStore, { model }: Settings): boolean {
  try {
    return existsSync(modelFolder(model.policy, store.paths.home));
  } catch {
    return false;
  }
}

/** The weights after a step. @throws SophiaError 'usage' where they are not on this machine, naming those that are */
export function answerWeights(store: ReadStore, { runId, step }: AnswerEnd): AnswerWeights {
  const all = weightsOf(store, runId);
  const found = all.find((weights) => weights.step === step);
  if (found !== undefined) return found;
  const { name } = store.run(runId);
  throw new SophiaError(
    'usage',
    `Run ${name} has no weights of step ${step} on this machine.`,
    all.length === 0
      ? 'Its checkpoints are gone, or lie elsewhere.'
      : `It has: ${all.map((weights) => weights.step).join(', ')} (0: those that it began with).`,
  );
}

/** What the answers of weights are looked for by. */
export function answerKey(weights: AnswerWeights, benchmark: string, wanted: number): AnswerKey {
  const { runId, hash, settings } = weights;
  return { runId, weightsHash: hash, benchmark, howHash: hashOf(answersDependOn(settings)), wanted };
}

/** One end of a comparison as the page shows it: how far its answers are. */
export interface AnsweredEnd extends AnswerEnd {
  readonly run: string;
  readonly answers: (Pick<AnswerSet, 'id' | 'asked' | 'done' | 'at'> & { readonly meanOutcome: number | null }) | null;
}

/** Both ends, and once both are whole what changed; `different` are the settings in which both differ that answers depend on. */
export function comparedAnswers(
  store: ReadStore,
  { from, to, benchmark, questions }: ComparedAnswers,
  page: { readonly show: AnswerChange; readonly limit: number; readonly offset: number },
) {
  const [before, after] = [from, to].map((end) => {
    const weights = answerWeights(store, end);
    const found = store.findAnswers(answerKey(weights, benchmark, questions));
    return { weights, found };
  }) as [Sought, Sought];
  const isWhole = [before, after].every(({ found }) => found !== null && found.done === found.asked);
  const isSame = before.found?.benchmarkHash === after.found?.benchmarkHash;
  const changes =
    isWhole && isSame && before.found !== null && after.found !== null
      ? store.givenChanges(before.found.id, after.found.id, page.show, page)
      : null;
  const [hows, others] = [before, after].map(({ weights }) => answersDependOn(weights.settings)) as [How, How];
  const names = [...new Set([...Object.keys(hows), ...Object.keys(others)])];
  return {
    from: endOf(store, before),
    to: endOf(store, after),
    /** Whether the questions changed between both: then both are to be asked anew. */
    isOutdated: isWhole && !isSame,
    different: names.filter((name) => hashOf(hows[name] ?? null) !== hashOf(others[name] ?? null)),
    changes,
  };
}

type Sought = { readonly weights: AnswerWeights; readonly found: AnswerSet | null };
type How = Record<string, unknown>;

function endOf(store: ReadStore, { weights, found }: Sought): AnsweredEnd {
  const { runId, step, run } = weights;
  if (found === null) return { runId, step, run, answers: null };
  const { id, asked, done, at } = found;
  return { runId, step, run, answers: { id, asked, done, at, meanOutcome: store.meanOutcomeOf(id) } };
}
