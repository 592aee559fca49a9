/**
 * Trust x annealing: what each does on average, and whether they need each other. Of four arms that differ in these two settings alone,
 *
 *     trust       = ((both - annealing only) + (trust only - neither)) / 2
 *     annealing   = ((both - trust only) + (annealing only - neither)) / 2
 *     interaction =   both - annealing only - trust only + neither
 *
 * with intervals and p as in the results table. Which arms these are is read from the settings, never from names.
 */
import { thinkingKind } from '../../../shared/kinds/thinking.ts';
import { ANNEALING_SCHEDULES, TRUST_MODES } from '../../../shared/kinds/trust.ts';
import { planRuns, type Study } from '../../../shared/study/study.ts';
import { canonicalJson } from '../../../shared/values/hash.ts';
import type { ReadStore } from '../store.ts';
import { type Contrast, contrast } from './contrast.ts';
import { type TableColumn, type TableOptions, tableColumns } from './results-table.ts';
import { type ScoreOptions, studyScores } from './study-scores.ts';

/** Names of the four arms. */
export interface FactorialArms {
  readonly both: string;
  readonly trustOnly: string;
  readonly annealingOnly: string;
  readonly neither: string;
}

/** One effect in every column; null where its arms cannot be paired. */
export interface FactorialEffect {
  readonly name: 'trust' | 'annealing' | 'interaction';
  readonly title: string;
  readonly cells: readonly (Contrast | null)[];
}

/** The effects of a study. */
export interface TrustByAnnealing {
  readonly arms: FactorialArms;
  readonly columns: readonly TableColumn[];
  readonly effects: readonly FactorialEffect[];
}

/** Main effects and interaction, with weights in the order of ARMS. */
export const EFFECTS = [
  { name: 'trust', title: 'Trust, on average', weights: [0.5, 0.5, -0.5, -0.5] },
  { name: 'annealing', title: 'Annealing, on average', weights: [0.5, -0.5, 0.5, -0.5] },
  { name: 'interaction', title: 'Interaction', weights: [1, -1, -1, 1] },
] as const;
/** The four arms. */
export const ARMS = ['both', 'trustOnly', 'annealingOnly', 'neither'] as const;

/** The effects, or null where the study lacks one of the four arms. */
export function trustByAnnealing(
  store: ReadStore,
  studyId: number,
  options: ScoreOptions & TableOptions = {},
): TrustByAnnealing | null {
  const { plan } = store.study(studyId);
  const arms = factorialArms(plan);
  if (arms === null) return null;
  const scores = studyScores(store, studyId, options);
  const columns = tableColumns(scores.benchmarks);
  const seedsOf = (variant: string) => scores.seeds.filter((seed) => seed.variant === variant);
  const effects = EFFECTS.map(({ name, title, weights }): FactorialEffect => {
    const sides = ARMS.map((key, i) => ({ seeds: seedsOf(arms[key]), weight: weights[i]! }));
    return { name, title, cells: columns.map((column) => contrast(sides, column.benchmarks, options)) };
  });
  return { arms, columns, effects };
}

/** The four arms that differ in trust and annealing alone, or null. */
export function factorialArms(plan: Study): FactorialArms | null {
  const groups = new Map<string, Partial<Record<(typeof ARMS)[number], string>>>();
  for (const { variant, settings, seed } of planRuns(plan)) {
    if (seed !== plan.seeds[0] || thinkingKind(settings.reward).isOff) continue;
    const { trust, annealing, ...reward } = settings.reward;
    const key = canonicalJson({ ...settings, reward });
    const [isTrusted, isAnnealed] = [!TRUST_MODES[trust].isOff, !ANNEALING_SCHEDULES[annealing].isOff];
    const place = isTrusted ? (isAnnealed ? 'both' : 'trustOnly') : isAnnealed ? 'annealingOnly' : 'neither';
    groups.set(key, { [place]: variant, ...groups.get(key) });
  }
  const whole = [...groups.values()].find((group) => ARMS.every((place) => group[place] !== undefined));
  return (whole as FactorialArms | undefined) ?? null;
}
