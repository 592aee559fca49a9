/**
 * What a study says, as one object: for each declared contrast the effects on accuracy, on the thinking and on reward hacking, whether the study
 * could show it at all (leverage), how small a difference it would find, and one plain sentence. Made of the same scores and rules as the
 * results table. Deliberately absent: thresholds of anyone's taste; the reader has the interval.
 */
import type { EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import { type ArmContrast, contrastText, contrastWords, studyContrasts } from '../../../shared/study/contrasts.ts';
import { type RegistrationStatus, registrationText } from '../../../shared/study/registration.ts';
import { ENOUGH_SEEDS, type Study } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { LAST_STEPS } from '../../../shared/values/curve-end.ts';
import { entryAt } from '../../../shared/values/list.ts';
import type { RunRow } from '../rows.ts';
import type { ReadStore } from '../store.ts';
import { tellingColumns } from '../table/marks.ts';
import { tableColumns } from '../table/results-table.ts';
import { type StudyScores, studyScores } from '../table/study-scores.ts';
import type { TableColumn } from '../table/table-cells.ts';
import { ARMS, EFFECTS, type FactorialArms, factorialArms } from '../table/trust-by-annealing.ts';
import { validationNotes } from '../validation/validation-notes.ts';
import { type ContrastLeverage, contrastLeverage, settingsByVariant } from './contrast-leverage.ts';
import {
  accuracyEffect,
  corrected,
  described,
  MEASURES,
  type Measure,
  metricEffect,
  type RawEffect,
  type VerdictEffect,
} from './effect.ts';
import { progressOf, progressSentence, type StudyProgress } from './progress.ts';
import { contrastSentence, effectSentence } from './sentences.ts';
import { contrastSubjects } from './subjects.ts';

/** An effect with what it says. */
export interface SaidEffect extends VerdictEffect {
  readonly sentence: string;
}

/** A declared contrast. */
export interface VerdictContrast extends ArmContrast {
  readonly contrast: string; // "full - wo-trust"
  readonly title: string; // by the variants' titles: "full (SophiaVL-R1) vs. wo-trust"
  readonly effects: readonly SaidEffect[];
  readonly leverage: ContrastLeverage;
  readonly sentence: string;
}

/** A main effect of trust or annealing, or their interaction: described, not declared. */
export interface VerdictFactor {
  readonly name: 'trust' | 'annealing' | 'interaction';
  readonly title: string;
  readonly effects: readonly SaidEffect[];
}

/** What a study says. */
export interface Verdict {
  readonly study: string;
  readonly studyHash: string;
  readonly mode: EvaluationMode;
  /** The wanted effect that seeds are counted for, a share. */
  readonly effect: number;
  readonly isDeclared: boolean; // false: the default contrasts
  readonly registration: RegistrationStatus;
  /** What must be found for what to hold, as the study file wrote it down. */
  readonly thresholds: Readonly<Record<string, string | number>>;
  readonly progress: StudyProgress;
  readonly contrasts: readonly VerdictContrast[];
  readonly factorial: { readonly arms: FactorialArms; readonly effects: readonly VerdictFactor[] } | null;
  /** Full sentences: what is missing, by which rules this was made. */
  readonly notes: readonly string[];
}

/** How to make it. */
export interface VerdictOptions {
  readonly mode?: EvaluationMode | undefined; // default: as the world of the study has it
  readonly effect?: number | undefined; // a share; default: 2 points
}

/** Measures that are metrics of training. */
const METRIC_MEASURES = ['thinking', 'hacking', 'cue', 'flattery'] as const;
const DEFAULT_EFFECT = 0.02;

/** The verdict of a study as far as it has run. */
export function studyVerdict(store: ReadStore, studyId: number, options: VerdictOptions = {}): Verdict {
  const { effect = DEFAULT_EFFECT } = options;
  const { plan, name, hash } = store.study(studyId);
  const runs = store.listRuns({ studyId });
  const scores = studyScores(store, studyId, { mode: options.mode });
  const columns = tableColumns(scores.benchmarks);
  const told = tellingColumns(columns).flatMap((c) => columns[c] ?? []);
  const measured = measuredStudy(store, plan, scores, runs, told, effect);
  const pairs = studyContrasts(plan);
  const raw = pairs.map(({ arm, against }) =>
    measured([
      { variant: arm, weight: 1 },
      { variant: against, weight: -1 },
    ]),
  );
  const families = familiesOf(raw);
  const titles = new Map(variantTitles(plan.variants).map((title, i) => [plan.variants[i]?.name ?? '', title]));
  const settings = settingsByVariant(plan);
  const leverages = pairs.map((pair) => contrastLeverage(store, pair, settings, runs));
  const subjects = contrastSubjects(pairs, leverages, settings);
  const contrasts = pairs.map((pair, i): VerdictContrast => {
    const leverage = entryAt(leverages, i, 'leverage');
    const effects = (families.effects[i] ?? []).map((found): SaidEffect => said(found, families.size(found.measure)));
    const text = contrastText(pair);
    const [main] = effects.filter(({ measure }) => measure === 'accuracy');
    const title = contrastWords({ arm: titles.get(pair.arm) ?? '', against: titles.get(pair.against) ?? '' });
    const sentence = contrastSentence(
      subjects[i] ?? contrastWords(pair),
      main ?? null,
      families.size('accuracy'),
      leverage,
    );
    return { ...pair, contrast: text, title, effects, leverage, sentence };
  });
  const progress = progressOf(plan, runs);
  const registration = store.registrationOf(studyId);
  return {
    ...{
      study: name,
      studyHash: hash,
      mode: scores.mode,
      effect,
      isDeclared: plan.contrasts !== undefined,
      progress,
      contrasts,
    },
    ...{ registration, thresholds: plan.thresholds ?? {} },
    factorial: factorialOf(plan, measured),
    notes: [
      registrationText(registration),
      ...validationNotes(store.paths.home, plan),
      ...notesOf(plan, progress, effect),
    ],
  };
}

const said = (effect: VerdictEffect, family: number | null): SaidEffect => ({
  ...effect,
  sentence: `${effect.title}: ${effectSentence(effect, family)}.`,
});

interface Side {
  readonly variant: string;
  readonly weight: number;
}
type MeasureSides = (sides: readonly Side[]) => RawEffect[];

/** What measures a weighted difference of a study's arms on everything that a verdict is about. */
function measuredStudy(
  store: ReadStore,
  plan: Study,
  scores: StudyScores,
  runs: readonly RunRow[],
  columns: readonly TableColumn[],
  effect: number,
): MeasureSides {
  const seeds = Map.groupBy(scores.seeds, (seed) => seed.variant);
  const ofMetric = METRIC_MEASURES.map((measure) => ({
    measure,
    byArm: lastMeans(store, plan, runs, MEASURES[measure].metric),
  }));
  return (sides) => {
    const arms = sides.map(({ variant, weight }) => ({ seeds: seeds.get(variant) ?? [], weight }));
    const accuracies = columns.flatMap((column) => accuracyEffect(arms, column, scores.mode, effect) ?? []);
    const metrics = ofMetric.flatMap(({ measure, byArm }) => {
      const values = sides.map(({ variant, weight }) => ({ bySeed: byArm.get(variant) ?? new Map(), weight }));
      return metricEffect(measure, values, effect) ?? [];
    });
    return [...accuracies, ...metrics];
  };
}

/** Variant -> seed -> a metric's mean over the last steps of the finished run. */
function lastMeans(
  store: ReadStore,
  { seeds }: Study,
  runs: readonly RunRow[],
  metric: string,
): Map<string, Map<number, number>> {
  const found = new Map<string, Map<number, number>>();
  for (const run of runs) {
    if (run.state !== 'finished' || !seeds.includes(run.seed)) continue;
    const mean = store.metricMean(run.id, metric, { fromStep: run.totalSteps - LAST_STEPS + 1 });
    if (mean !== null) found.set(run.variant, (found.get(run.variant) ?? new Map()).set(run.seed, mean));
  }
  // A style that no run of this world ever shows is nothing to compare.
  const isNever = [...found.values()].every((bySeed) => [...bySeed.values()].every((value) => value === 0));
  return isNever ? new Map() : found;
}

/** Every effect corrected within its measure over all declared contrasts. */
function familiesOf(raw: readonly (readonly RawEffect[])[]) {
  const all = raw.flat();
  const byMeasure = Map.groupBy(all, (effect) => effect.measure);
  const made = new Map<RawEffect, VerdictEffect>();
  for (const family of byMeasure.values())
    corrected(family).forEach((effect, i) => {
      const own = family[i];
      if (own !== undefined) made.set(own, effect);
    });
  return {
    effects: raw.map((effects) => effects.flatMap((effect) => made.get(effect) ?? [])),
    size: (measure: Measure) => byMeasure.get(measure)?.length ?? 0,
  };
}

function factorialOf(plan: Study, measured: MeasureSides): Verdict['factorial'] {
  const arms = factorialArms(plan);
  if (arms === null) return null;
  const effects = EFFECTS.map(({ name, title, weights }): VerdictFactor => {
    const sides = ARMS.map((key, i) => ({ variant: arms[key], weight: weights[i] ?? 0 }));
    return { name, title, effects: measured(sides).map((effect) => said(described(effect), null)) };
  });
  return effects.every((effect) => effect.effects.length === 0) ? null : { arms, effects };
}

function notesOf(plan: Study, progress: StudyProgress, effect: number): string[] {
  const missing = progressSentence(progress);
  return [
    ...(missing === null ? [] : [missing]),
    plan.contrasts === undefined
      ? `No contrasts are declared: every variant is compared with ${plan.baseline}.`
      : `Declared contrasts (the first minus the second): ${studyContrasts(plan).map(contrastWords).join(', ')}.`,
    ...Object.entries(plan.thresholds ?? {}).map(
      ([what, threshold]) => `Threshold written down before: ${what}: ${threshold}.`,
    ),
    `Accuracies: seeds and questions as crossed random effects (Satterthwaite). Everything else (reward hacking is thinking reward minus rubric): mean of the last ${LAST_STEPS} steps, Student's t over seeds. p is Holm-corrected over the contrasts within each measure, from ${ENOUGH_SEEDS} seeds on. Smallest detectable effect: with 80 % power; seeds missing: to find ${100 * effect} points (${effect} of a score); both by the study's own variance.`,
  ];
}

/** The verdict for the notes of a table: the sentence of each contrast, and main effects where there are some. Nothing before the first result. */
export function verdictLines({ contrasts, factorial }: Pick<Verdict, 'contrasts' | 'factorial'>): string[] {
  return [
    ...contrasts.flatMap(({ sentence, effects }) => (effects.length === 0 ? [] : [`Verdict. ${sentence}`])),
    ...(factorial?.effects ?? []).flatMap(({ title, effects: [main] }) =>
      main === undefined ? [] : [`Verdict. ${title}: ${main.sentence}`],
    ),
  ];
}
