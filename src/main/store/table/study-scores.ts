/**
 * What a results table is made of: for each variant and seed of a study, the scores of its evaluation at the wanted step, question by
 * question. What else a table says at its foot (leverage, purity) is table.ts's.
 */

import { SophiaError } from '../../../shared/errors.ts';
import { EVALUATION_MODES, type EvaluationMode, type EvaluationScore } from '../../../shared/kinds/evaluation-mode.ts';
import type { Study } from '../../../shared/study/study.ts';
import { studyWorld, usualMode } from '../../../shared/worlds/worlds.ts';
import type { EvaluationRow, RunRow } from '../rows.ts';
import type { ReadStore } from '../store.ts';

/** One benchmark of one run: question -> score from 0 to 1. */
export interface BenchmarkScores {
  readonly hash: string;
  readonly mean: number;
  readonly outcome: number | null; // mean outcome reward of the same answers
  readonly scores: ReadonlyMap<string, number>;
}

/** One run. `finished`: it has ended and the scores are of its last step (or of the step asked for). */
export interface SeedScores {
  readonly variant: string;
  readonly seed: number;
  readonly finished: boolean;
  readonly results: ReadonlyMap<string, BenchmarkScores>;
}

/** A whole study's scores; `notes` say what is wrong with them, for the table's foot. */
export interface StudyScores {
  readonly study: string;
  readonly studyHash: string;
  readonly mode: EvaluationMode;
  readonly score: EvaluationScore;
  readonly benchmarks: readonly string[];
  readonly seeds: readonly SeedScores[];
  readonly notes: readonly string[];
}

/** Which scores. */
export interface ScoreOptions {
  readonly mode?: EvaluationMode | undefined;
  /** Default: exact accuracy; of a study that has runs of before it was recorded, what tables counted then. */
  readonly score?: EvaluationScore | undefined;
  readonly benchmarks?: readonly string[] | undefined; // names, or a split for all of it; default: all
  readonly step?: number | 'last' | undefined;
}

/** Reads a study's scores. An unknown benchmark is a usage error. */
export function studyScores(store: ReadStore, studyId: number, options: ScoreOptions = {}): StudyScores {
  const { name, hash, plan } = store.study(studyId);
  const { step = 'last' } = options;
  const runs = plannedRuns(store, studyId, plan);
  const evaluated = store.evaluations(runs.map((run) => run.id));
  const mode = options.mode ?? usualMode(studyWorld(plan.settings), evaluated);
  const rows = evaluated.filter((row) => row.mode === mode);
  const byRun = Map.groupBy(rows, (row) => row.runId);
  const benchmarks = chosen([...new Set(rows.map((row) => row.benchmark))], options.benchmarks);
  const picks = new Map(
    runs.map((run) => [
      run.id,
      benchmarks.flatMap((benchmark) => pick(byRun.get(run.id) ?? [], benchmark, step) ?? []),
    ]),
  );
  const score = scoreOf([...picks.values()].flat(), mode, options.score);
  const seeds = runs.map((run): SeedScores => {
    const picked = picks.get(run.id) ?? [];
    const atEnd = step === 'last' ? run.state === 'finished' && picked.every((row) => row.step === run.step) : true;
    const results = picked.map((row): [string, BenchmarkScores] => [row.benchmark, scoresOf(store, row, score)]);
    return { variant: run.variant, seed: run.seed, finished: atEnd, results: new Map(results) };
  });
  return { study: name, studyHash: hash, mode, score, benchmarks, seeds, notes: listNotes(rows, benchmarks) };
}

/** The runs of a study that its plan still has, the oldest first. */
export function plannedRuns(store: ReadStore, studyId: number, { seeds, variants }: Study): RunRow[] {
  return store
    .listRuns({ studyId })
    .filter((run) => seeds.includes(run.seed) && variants.some((variant) => variant.name === run.variant))
    .sort((a, b) => a.id - b.id);
}

function chosen(known: readonly string[], wanted: readonly string[] | undefined): string[] {
  if (wanted === undefined || wanted.length === 0) return [...known];
  const names = wanted.flatMap((asked) => {
    const found = known.filter(
      (name) => name === asked || (['test', 'hard'].includes(asked) && new RegExp(`[-_/.]${asked}$`).test(name)),
    );
    if (found.length === 0)
      throw new SophiaError(
        'usage',
        `The study has no evaluation of a benchmark "${asked}".`,
        `It has: ${known.join(', ') || 'none yet'}.`,
      );
    return found;
  });
  return [...new Set(names)];
}

function pick(rows: readonly EvaluationRow[], benchmark: string, step: number | 'last'): EvaluationRow | undefined {
  const own = rows.filter((row) => row.benchmark === benchmark && row.questions > 0);
  return step === 'last' ? own.at(-1) : own.find((row) => row.step === step);
}

/** One score for the whole table: exactness where every run has it. */
function scoreOf(
  rows: readonly EvaluationRow[],
  mode: EvaluationMode,
  asked: EvaluationScore | undefined,
): EvaluationScore {
  const isJudged = rows.every((row) => row.exact !== null);
  if (asked === 'exact' && !isJudged)
    throw new SophiaError(
      'usage',
      'The study has runs that were evaluated before exact accuracy was recorded.',
      'Ask for the score "correct", which they have, or run it again.',
    );
  return asked ?? (isJudged ? 'exact' : EVALUATION_MODES[mode].scoreBefore);
}

function scoresOf(store: ReadStore, row: EvaluationRow, score: EvaluationScore): BenchmarkScores {
  const means = { exact: row.exactAccuracy, outcome: row.meanOutcome, correct: row.accuracy };
  const scores = new Map(store.evaluationScores(row.id).map((answer) => [answer.question, answer[score] ?? 0]));
  return { hash: row.benchmarkHash, mean: means[score] ?? 0, outcome: row.meanOutcome, scores };
}

function listNotes(rows: readonly EvaluationRow[], benchmarks: readonly string[]): string[] {
  const mixed = benchmarks.filter(
    (name) => new Set(rows.filter((row) => row.benchmark === name).map((row) => row.benchmarkHash)).size > 1,
  );
  return mixed.length === 0
    ? []
    : [`Runs answered different question lists of ${mixed.join(', ')}; no difference is given there.`];
}
