/**
 * Groups of responses that a report shows. Chosen by a rule that is told, not by hand: the first question of the last step of the first finished
 * seed of each variant, which is the same question for all; or those that were asked for by name.
 */
import { nearestName, SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { imageCount } from '../../../shared/question.ts';
import type { Study } from '../../../shared/study/study.ts';
import type { ResponseRow, RunRow } from '../../store/rows.ts';
import type { ReadStore } from '../../store/store.ts';
import { questionOf } from '../questions/question-by-id.ts';
import { questionPng } from '../questions/question-picture.ts';

/** Responses with one text. */
export interface EqualResponses {
  readonly rows: readonly ResponseRow[];
}

/** One question as one run answered it at one step. */
export interface ReportGroup {
  readonly run: RunRow;
  readonly step: number;
  readonly questionId: string;
  readonly question: Question | null;
  /** PNGs as data URIs, in order. */
  readonly pictures: readonly string[];
  readonly responses: readonly EqualResponses[];
}

/** Pixels of the longer side of a picture. */
const PICTURE_SIZE = 448;
/** Embedded pictures are drawn small. */
const DRAWN_SIZE = 224;

interface Wanted {
  readonly run: RunRow;
  readonly step: number;
  readonly questionId?: string | undefined;
}

/** What the report says of how its rollouts were chosen. */
export const RULE =
  'By rule, not by hand: the first question of the last step of the first finished seed of each variant.';

/** The groups. `asked`: VARIANT/SEED/STEP or VARIANT/SEED/STEP/QUESTION each; by the rule where empty. @throws SophiaError 'usage' where there is no such one. */
export async function chosenRollouts(
  store: ReadStore,
  plan: Study,
  runs: readonly RunRow[],
  asked: readonly string[],
): Promise<ReportGroup[]> {
  const wanted = asked.length === 0 ? byRule(store, plan, runs) : asked.map((text) => byName(store, runs, text));
  const groups: ReportGroup[] = [];
  for (const { run, step, questionId } of wanted) {
    const rows = store.stepResponses(run.id, step);
    const id = questionId ?? rows[0]?.questionId;
    const own = rows.filter((row) => row.questionId === id);
    if (id === undefined || own.length === 0) {
      if (asked.length === 0) continue;
      throw new SophiaError(
        'usage',
        `${run.variant} seed ${run.seed} was not asked ${questionId ?? 'anything'} at step ${step}.`,
        `It was asked: ${[...new Set(rows.map((row) => row.questionId))].join(', ') || 'nothing'}.`,
      );
    }
    const question = await questionOf(store, id);
    const responses = [...Map.groupBy(own, (row) => row.text).values()].map((equal) => ({ rows: equal }));
    groups.push({ run, step, questionId: id, question, pictures: await picturesOf(store, question), responses });
  }
  return groups;
}

function byRule(store: ReadStore, plan: Study, runs: readonly RunRow[]): Wanted[] {
  return plan.variants.flatMap(({ name }): Wanted[] => {
    const run = runs.find((one) => one.variant === name && one.state === 'finished');
    const step = run === undefined ? undefined : store.responseSteps(run.id).at(-1);
    return run === undefined || step === undefined ? [] : [{ run, step }];
  });
}

function byName(store: ReadStore, runs: readonly RunRow[], text: string): Wanted {
  const [, variant, seed, step, questionId] = /^([^/]+)\/(\d+)\/(\d+)(?:\/(.+))?$/.exec(text) ?? [];
  if (variant === undefined)
    throw new SophiaError(
      'usage',
      `--rollout ${text} is no group of responses.`,
      'Give VARIANT/SEED/STEP or VARIANT/SEED/STEP/QUESTION.',
    );
  const run = runs.find((one) => one.variant === variant && one.seed === Number(seed));
  if (run === undefined) {
    const names = [...new Set(runs.map((one) => one.variant))];
    const near = names.includes(variant) ? undefined : nearestName(variant, names);
    throw new SophiaError(
      'usage',
      `--rollout ${text}: the study has no run of ${variant} with seed ${seed}.`,
      near === undefined
        ? `It has: ${runs.map((one) => `${one.variant}/${one.seed}`).join(', ')}.`
        : `Did you mean "${near}"?`,
    );
  }
  const steps = store.responseSteps(run.id);
  if (!steps.includes(Number(step)))
    throw new SophiaError(
      'usage',
      `--rollout ${text}: no responses are kept of that step.`,
      steps.length === 0 ? 'The run keeps none.' : `The run has steps ${steps[0]} to ${steps.at(-1)}.`,
    );
  return { run, step: Number(step), questionId };
}

async function picturesOf(store: ReadStore, question: Question | null): Promise<string[]> {
  if (question === null) return [];
  const size = question.image?.kind === 'scene' ? DRAWN_SIZE : PICTURE_SIZE;
  const pictures: string[] = [];
  for (let at = 0; at < imageCount(question); at++) {
    const png = await questionPng(store, question.id, size, at);
    if (png !== null) pictures.push(`data:image/png;base64,${Buffer.from(png).toString('base64')}`);
  }
  return pictures;
}
