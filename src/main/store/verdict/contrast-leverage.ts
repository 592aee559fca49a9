/**
 * How much of the training signal lies between two arms: the leverage (loss/leverage.ts) of what they differ in, from their runs' own metrics, and
 * what makes it small. Where the arms differ in one part that one of them lacks, that is the part's leverage in the other; otherwise the sum, above
 * which the difference of the two signals cannot lie (triangle inequality). Null where they differ in a setting that leverage does not measure.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { thinkingKind } from '../../../shared/kinds/thinking.ts';
import { ANNEALING_SCHEDULES, TRUST_MODES } from '../../../shared/kinds/trust.ts';
import { LEAST_LEVERAGE } from '../../../shared/run/metrics.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { differingPaths } from '../../../shared/study/arm-differences.ts';
import type { ArmContrast } from '../../../shared/study/contrasts.ts';
import { planRuns, type Study } from '../../../shared/study/study.ts';
import { meanOf } from '../../../shared/values/means.ts';
import type { ReadStore } from '../store.ts';
import { type RewardPart, smallLeverageReasons } from './leverage-reasons.ts';

/** The leverage of a difference between arms. Shares of the training signal. */
export interface ContrastLeverage {
  readonly parts: readonly RewardPart[]; // in which the arms differ
  /** The one part by which `arm` has more than `against`, which a sentence can then be about; null: another difference. */
  readonly adds: RewardPart | null;
  /** Settings in which the arms differ too and whose weight nobody measures. */
  readonly unmeasured: readonly string[];
  readonly mean: number | null; // over all steps
  readonly early: number | null; // over the first EARLY_STEPS
  /** Both are below a tenth: the study cannot show this difference, whatever its seeds. */
  readonly isTooSmall: boolean;
  /** Why it is small, in words that follow "because"; empty where it is not, or where the metrics do not tell. */
  readonly reasons: readonly string[];
}

/** What is decided early (a collapse) is seen early: after it a run's mean misleads. */
export const EARLY_STEPS = 30;

/** A run with what leverage needs of it. */
export interface LeverageRun {
  readonly id: number;
  readonly variant: string;
}

const OF_TRUST = /^reward\.(trust|mcDropoutPasses|mcDropoutRate)$/;
const OF_ANNEALING = /^reward\.(annealing|annealingSteps)$/;
/** Settings that choose how the thinking reward is made or weighed; the preset changes the outcome reward too, so no leverage is about it. */
const OF_THINKING = /^(reward\.(?!preset$).+|model\.(trm|stepTrm))$/;
/** Settings that change nothing of what is trained. */
const WITHOUT_WEIGHT = /^(watch\.|training\.checkpointEvery$)/;

/** The leverage of arm - against over the given runs; null parts stay out. `settingsOf`: of one seed, the same for both arms. */
export function contrastLeverage(
  store: ReadStore,
  { arm, against }: ArmContrast,
  settingsOf: ReadonlyMap<string, Settings>,
  runs: readonly LeverageRun[],
): ContrastLeverage {
  const own = entryOf(settingsOf, arm);
  const other = entryOf(settingsOf, against);
  const paths = differingPaths([own, other]).filter((path) => !WITHOUT_WEIGHT.test(path));
  const { terms, unmeasured } = termsOf(own, other, paths);
  const parts = [...new Set(terms.map(({ part }) => part))];
  const shareOf = (untilStep?: number): number | null => {
    const values = terms.map(({ part, side }) =>
      meanOver(store, ofArm(runs, side === 'arm' ? arm : against), `leverage/${part}`, untilStep),
    );
    const known = values.flatMap((value) => value ?? []);
    return unmeasured.length > 0 || known.length < values.length || known.length === 0
      ? null
      : known.reduce((sum, value) => sum + value, 0);
  };
  const [mean, early] = [shareOf(), shareOf(EARLY_STEPS)];
  const isTooSmall = mean !== null && early !== null && mean < LEAST_LEVERAGE && early < LEAST_LEVERAGE;
  const [only] = terms;
  const adds = terms.length === 1 && only?.side === 'arm' && unmeasured.length === 0 ? only.part : null;
  const reasons = isTooSmall
    ? terms.flatMap(({ part, side }) =>
        smallLeverageReasons(part, side === 'arm' ? own : other, (metric) =>
          meanOver(store, ofArm(runs, side === 'arm' ? arm : against), metric),
        ),
      )
    : [];
  return { parts, adds, unmeasured, mean, early, isTooSmall, reasons: [...new Set(reasons)] };
}

/** Each variant's settings at the study's first seed. */
export function settingsByVariant(plan: Study): Map<string, Settings> {
  const runs = planRuns({ ...plan, seeds: plan.seeds.slice(0, 1) });
  return new Map(runs.map(({ variant, settings }) => [variant, settings]));
}

/** One part in one of the two arms. */
interface Term {
  readonly part: RewardPart;
  readonly side: 'arm' | 'against';
}

/** Whose leverage bounds the difference of the two signals, and the differing settings that no leverage is about. */
function termsOf(
  own: Settings,
  other: Settings,
  paths: readonly string[],
): { readonly terms: readonly Term[]; readonly unmeasured: readonly string[] } {
  const sides = [
    { side: 'arm', settings: own },
    { side: 'against', settings: other },
  ] as const;
  const having = (part: RewardPart, has: (settings: Settings) => boolean): Term[] =>
    sides.flatMap(({ side, settings }) => (has(settings) ? [{ part, side }] : []));
  const thinks = ({ reward }: Settings) => !thinkingKind(reward).isOff;
  const ofReward = (path: string) => OF_THINKING.test(path); // those of trust and annealing are among them
  const unmeasured = paths.filter((path) => !ofReward(path));
  const thinking = having('thinking', thinks);
  // Without a thinking reward the settings about it change nothing; with another one they are covered by its leverage.
  if (
    thinking.length < 2 ||
    paths.some((path) => OF_THINKING.test(path) && !OF_TRUST.test(path) && !OF_ANNEALING.test(path))
  )
    return { terms: paths.some(ofReward) ? thinking : [], unmeasured };
  const terms = [
    ...(paths.some((path) => OF_TRUST.test(path))
      ? having('trust', ({ reward }) => !TRUST_MODES[reward.trust].isOff)
      : []),
    ...(paths.some((path) => OF_ANNEALING.test(path))
      ? having('annealing', ({ reward }) => !ANNEALING_SCHEDULES[reward.annealing].isOff)
      : []),
  ];
  return { terms, unmeasured };
}

/** The settings of a variant that the plan has. */
function entryOf(settingsOf: ReadonlyMap<string, Settings>, variant: string): Settings {
  const settings = settingsOf.get(variant);
  if (settings === undefined) throw new SophiaError('internal', `The plan has no variant "${variant}".`);
  return settings;
}

const ofArm = (runs: readonly LeverageRun[], variant: string) => runs.filter((run) => run.variant === variant);

/** Mean over runs of a metric's mean over steps (up to `untilStep`); null where no run logged it. */
function meanOver(store: ReadStore, runs: readonly LeverageRun[], metric: string, untilStep?: number): number | null {
  return meanOf(runs.map((run) => store.metricMean(run.id, metric, { untilStep })));
}
