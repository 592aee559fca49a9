/**
 * What a study will take, before it starts: time, memory and disk, from runs of this home that did the same work, or of the same model
 * scaled by the number of responses a step. Says which; null where no run tells anything. Never a typed-in speed.
 */

import { statSync } from 'node:fs';
import { meanSimple } from 'simple-statistics';
import { elapsedSeconds } from '../../../shared/run/recorded-durations.ts';
import { BYTES_PER_TOKEN } from '../../../shared/run/token-values.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { planRuns, type Study } from '../../../shared/study/study.ts';
import { freeBytes } from '../../model/io/local-path.ts';
import { isOnDisk } from '../../store/read/checkpoint-place.ts';
import type { RunDetail } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** Seconds are of one run after another, beside what else ran when they were measured. */
export interface StudyEstimate {
  readonly runs: number;
  readonly seconds: number | null;
  /** Runs whose time is known from equal work, from scaled work, and not at all. */
  readonly measured: number;
  readonly scaled: number;
  readonly unknown: number;
  /** Names of the runs that it was measured on. */
  readonly from: readonly string[];
  readonly parallel: number;
  /** Of one run's process at its largest, bytes. */
  readonly memoryBytes: number | null;
  /** Checkpoints, rows and token values of all runs, bytes. */
  readonly diskBytes: number | null;
  readonly freeBytes: number;
}

interface Measured {
  readonly run: RunDetail;
  readonly work: string;
  readonly policy: string;
  readonly secondsPerStep: number;
}

/** Runs looked at, newest first. */
const MOST_RUNS = 200;
const LEAST_STEPS = 5;
const MEASURED_ON = 5;

/** Estimates a checked study. `parallel`: runs at a time. */
export function estimateStudy(store: Store, study: Study, parallel: number): StudyEstimate {
  const known = measuredRuns(store);
  const plan = planRuns(study);
  const used = new Set<Measured>();
  const totals = { seconds: 0, measured: 0, scaled: 0, unknown: 0, responses: 0, tokenBytes: 0 };
  for (const { settings } of plan) {
    const { totalSteps } = settings.training;
    totals.responses += totalSteps * responsesPerStep(settings);
    const equal = known.filter(({ work }) => work === workOf(settings)).slice(0, MEASURED_ON);
    const alike =
      equal.length > 0 ? equal : known.filter(({ policy }) => policy === settings.model.policy).slice(0, MEASURED_ON);
    if (alike.length === 0) {
      totals.unknown++;
      continue;
    }
    totals[equal.length > 0 ? 'measured' : 'scaled']++;
    for (const measuredRun of alike) used.add(measuredRun);
    totals.tokenBytes += tokenBytes(store, settings, alike);
    const perStep = alike.map(
      ({ run, secondsPerStep }) => secondsPerStep * (responsesPerStep(settings) / responsesPerStep(run.settings)),
    );
    totals.seconds += meanSimple(perStep) * totalSteps;
  }
  const bases = [...used].map(({ run }) => run);
  const { seconds, measured, scaled, unknown, responses, tokenBytes: kept } = totals;
  return {
    runs: plan.length,
    seconds: unknown === plan.length ? null : seconds,
    measured,
    scaled,
    unknown,
    from: bases.map((run) => run.name),
    parallel,
    memoryBytes: largestMemory(store, bases),
    diskBytes: bases.length === 0 ? null : diskBytes(store, known, bases, plan.length, responses) + kept,
    freeBytes: freeBytes(store.paths.home),
  };
}

/** What makes a step cost what it costs. */
function workOf({ model, data, training, generation, reward, evaluation }: Settings): string {
  const { questionsPerStep, numGenerations, numIterations } = training;
  const { every, questions, benchmarks } = evaluation;
  return JSON.stringify([
    model,
    data.imageSize,
    data.maxPixels ?? null,
    data.minPixels ?? null,
    questionsPerStep,
    numGenerations,
    numIterations,
    generation,
    reward.thinking,
    every,
    questions,
    benchmarks,
  ]);
}

const responsesPerStep = ({ training }: Settings): number => training.questionsPerStep * training.numGenerations;

/** Runs of one attempt with some steps: their whole time, evaluations included, per step. */
function measuredRuns(store: Store): Measured[] {
  return store
    .listRuns()
    .filter((run) => run.attempt === 1 && run.step >= LEAST_STEPS && run.startedAt !== null && run.updatedAt !== null)
    .slice(0, MOST_RUNS)
    .map((row) => {
      const run = store.run(row.id);
      const { times } = store.stepTimes(row.id);
      const { startedAt, updatedAt } = run;
      const seconds = run.seconds ?? elapsedSeconds(startedAt ?? 0, [...times, updatedAt ?? 0]).at(-1) ?? 0;
      return { run, work: workOf(run.settings), policy: run.settings.model.policy, secondsPerStep: seconds / run.step };
    });
}

function largestMemory(store: Store, runs: readonly RunDetail[]): number | null {
  const series = store.metricSeries(
    runs.map((run) => run.id),
    'memory/rss',
  );
  const values = series.flatMap(({ values }) => values.filter((value) => value !== null));
  return values.length === 0 ? null : Math.max(...values) * 2 ** 20;
}

/** Checkpoints as the measured runs keep them, and the database's bytes per response so far. */
function diskBytes(
  store: Store,
  known: readonly Measured[],
  bases: readonly RunDetail[],
  runs: number,
  responses: number,
): number {
  const kept = bases.map((run) => {
    const onDisk = store.checkpoints(run.id).filter((checkpoint) => isOnDisk(store.paths, checkpoint));
    return onDisk.reduce((sum, { bytes }) => sum + bytes, 0);
  });
  const written = known.reduce((sum, { run }) => sum + run.step * responsesPerStep(run.settings), 0);
  const perResponse = statSync(store.paths.database).size / Math.max(1, written);
  return Math.max(...kept) * runs + perResponse * responses;
}

/** Token values of the steps that keep them (logging.tokensEvery), of responses as long as the measured runs'. */
function tokenBytes(store: Store, settings: Settings, alike: readonly Measured[]): number {
  const every = settings.logging.tokensEvery;
  if (every === 0) return 0;
  const lengths = alike.flatMap(({ run }) => store.metricMean(run.id, 'completions/mean_length') ?? []);
  const length = lengths.length === 0 ? settings.generation.maxCompletionLength : meanSimple(lengths);
  return Math.floor(settings.training.totalSteps / every) * responsesPerStep(settings) * length * BYTES_PER_TOKEN;
}
