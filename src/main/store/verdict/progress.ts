/** How far the runs of a study are, and which are missing: a verdict of half a study says so. */
import type { RunState } from '../../../shared/run/run-events.ts';
import type { Study } from '../../../shared/study/study.ts';
import type { RunRow } from '../rows.ts';

/** A planned run that has not finished; `state` null: it is not there at all. */
export interface MissingRun {
  readonly variant: string;
  readonly seed: number;
  readonly state: RunState | null;
  readonly step: number;
  readonly totalSteps: number;
}

/** How far a study is. */
export interface StudyProgress {
  readonly planned: number;
  readonly finished: number;
  readonly missing: readonly MissingRun[];
}

/** The progress of a plan by its runs. */
export function progressOf(plan: Study, runs: readonly RunRow[]): StudyProgress {
  const missing = plan.variants.flatMap(({ name: variant }) =>
    plan.seeds.flatMap((seed): MissingRun[] => {
      const run = runs.find((candidate) => candidate.variant === variant && candidate.seed === seed);
      if (run?.state === 'finished') return [];
      return [{ variant, seed, state: run?.state ?? null, step: run?.step ?? 0, totalSteps: run?.totalSteps ?? 0 }];
    }),
  );
  const planned = plan.variants.length * plan.seeds.length;
  return { planned, finished: planned - missing.length, missing };
}

/** Runs that a sentence names one by one. */
const MOST_NAMED = 6;

/** What is missing, in one sentence; null where every run has finished. */
export function progressSentence({ planned, finished, missing }: StudyProgress): string | null {
  if (missing.length === 0) return null;
  const named = missing.slice(0, MOST_NAMED).map(({ variant, seed, state, step, totalSteps }) => {
    const where = state === 'running' ? ` (step ${step} of ${totalSteps})` : state === null ? '' : ` (${state})`;
    return `${variant} seed ${seed}${where}`;
  });
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  return `${finished} of ${planned} runs have finished; this is what is known so far. Missing: ${named.join(', ')}${more}.`;
}
