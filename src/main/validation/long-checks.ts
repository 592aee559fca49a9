/** The checks that are judged by trained runs: read from the finished studies of the home (study-plans.ts). Differences are shares from 0 to 1. */

import type { CheckName } from '../../shared/validation/checks.ts';
import { zip } from '../../shared/values/list.ts';
import { meanOf } from '../../shared/values/means.ts';
import { Random } from '../../shared/values/random.ts';
import { crossedInterval } from '../store/statistics/crossed-effects.ts';
import type { ReadStore } from '../store/store.ts';
import { type Contrast, contrast } from '../store/table/contrast.ts';
import { type StudyScores, studyScores } from '../store/table/study-scores.ts';
import { figure, figures, type Measured, nothing } from './measured.ts';
import { PLANS, type PlanName } from './study-plans.ts';

/** Where the shortcut breaks. */
const WRONG_CUES = 'shortcut-cue-wrong';

/** Figures of the checks that a study is for; none, and why, where its runs are not all finished. */
export function judgeStudy(
  store: ReadStore,
  plan: PlanName,
  studyId: number,
): Partial<Readonly<Record<CheckName, Measured>>> {
  const runs = store.listRuns({ studyId });
  const open = runs.filter((run) => run.state !== 'finished');
  if (runs.length === 0 || open.length > 0) {
    const reason = open.find((run) => run.reason !== null)?.reason;
    const why = nothing(
      `${runs.length - open.length} of ${runs.length} runs finished${reason == null ? '' : `: ${reason}`}`,
    );
    return Object.fromEntries(PLANS[plan].map((check) => [check, why]));
  }
  return JUDGES[plan](store, studyId, studyScores(store, studyId, { mode: 'sampled' }));
}

const NO_DIFFERENCE = 'no difference could be made: evaluations are missing';

type Judged = Partial<Record<CheckName, Measured>>;

const JUDGES: Readonly<Record<PlanName, (store: ReadStore, studyId: number, scores: StudyScores) => Judged>> = {
  controls: (store, studyId, scores) => {
    const cure = against(scores, 'oracle', 'grpo');
    const shuffled = against(scores, 'full-shuffled', 'grpo');
    return {
      'positive-control': cure === null ? nothing(NO_DIFFERENCE) : bySeed(cure),
      'shuffled-thinking': shuffledFigure(shuffled),
      mechanism: mechanism(store, studyId, scores),
    };
  },
  'weak-cue': (_store, _studyId, scores) => {
    const cure = against(scores, 'oracle', 'grpo');
    return { 'weak-cue': figure(cure?.difference, cure === null ? NO_DIFFERENCE : interval(cure)) };
  },
  'same-arms': (_store, _studyId, scores) => ({ 'same-arms': falseMarks(scores) }),
};

function against(scores: StudyScores, arm: string, base: string): Contrast | null {
  const of = (variant: string) => scores.seeds.filter((seed) => seed.variant === variant);
  if (of(arm).length === 0 || of(base).length === 0) return null;
  return contrast(
    [
      { seeds: of(arm), weight: 1 },
      { seeds: of(base), weight: -1 },
    ],
    [WRONG_CUES],
  );
}

const bySeed = ({ perSeed }: Contrast): Measured =>
  figures(Object.fromEntries(perSeed.map(({ seed, difference }) => [`seed ${seed}`, difference])));

const points = (share: number): string => (100 * share).toFixed(1);
const interval = ({ low, high }: Contrast): string => `95 % interval ${points(low)} to ${points(high)}`;

function shuffledFigure(found: Contrast | null): Measured {
  if (found === null) return nothing(NO_DIFFERENCE);
  const isNone = found.low <= 0 && found.high >= 0;
  return figure(isNone ? 0 : found.difference, `difference ${points(found.difference)}, ${interval(found)}`);
}

/** Steps at either end that are compared. */
const END = 10;

/** How the share of cue followers changed in the arm that is best on wrong cues. */
function mechanism(store: ReadStore, studyId: number, scores: StudyScores): Measured {
  const arms = [...Map.groupBy(scores.seeds, (seed) => seed.variant)].map(([variant, seeds]) => ({
    variant,
    accuracy: meanOf(seeds.map((seed) => seed.results.get(WRONG_CUES)?.mean)) ?? 0,
  }));
  const best = arms.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const runs = store.listRuns({ studyId }).filter((run) => run.variant === best.variant);
  const curves = store.metricSeries(
    runs.map((run) => run.id),
    'style/cue',
  );
  const changes = zip(runs, curves).flatMap(([{ seed }, { values }]): [string, number][] => {
    const end = Math.min(END, Math.floor(values.length / 2));
    const [first, last] = [meanOf(values.slice(0, end)), meanOf(values.slice(values.length - end))];
    return first === null || last === null ? [] : [[`seed ${seed}`, last - first]];
  });
  return figures(Object.fromEntries(changes.sort()), `arm ${best.variant}`);
}

const DRAWS = 2000;
const SEEDS = 5; // from so many on, tables mark

/**
 * How often a table would mark an arm against itself: the share of intervals that exclude 0, over draws of five of the pairs, on each benchmark.
 */
export function falseMarks(scores: Pick<StudyScores, 'seeds' | 'benchmarks'>): Measured {
  const of = (variant: string) => scores.seeds.filter((seed) => seed.variant === variant);
  const [first, second] = [of('grpo'), of('grpo-again')];
  const pairs = first.flatMap((a) => {
    const b = second.find((other) => other.seed === a.seed);
    return b === undefined ? [] : [[a, b] as const];
  });
  if (pairs.length < SEEDS) return nothing(`${pairs.length} pairs, where ${SEEDS} are needed at least`);
  const byBenchmark = scores.benchmarks.map((name) =>
    pairs.map(([a, b]) => {
      const [scoresA, scoresB] = [a.results.get(name)?.scores, b.results.get(name)?.scores];
      return [...(scoresA ?? [])].map(([question, score]) => score - (scoresB?.get(question) ?? 0));
    }),
  );
  const random = new Random(0, 'validation/same-arms');
  let [marks, made] = [0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const chosen = random.shuffle([...pairs.keys()]).slice(0, SEEDS);
    for (const rows of byBenchmark) {
      const found = crossedInterval([{ differences: chosen.map((pair) => rows[pair] ?? []) }]);
      if (found === null) continue;
      made++;
      if (found.low > 0 || found.high < 0) marks++;
    }
  }
  return figure(made === 0 ? null : marks / made, `${pairs.length} pairs`);
}
