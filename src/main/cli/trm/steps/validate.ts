/**
 * `sophia trm validate RATERS`: raters side by side on responses they never saw, from the embedded test and hard splits or from a file of
 * VLRewardBench; every figure with its interval, differences to the last rater, calibration curves and judged responses go to the database.
 */
import type { BackendChoice } from '../../../../shared/kinds/backend.ts';
import { SPLITS } from '../../../../shared/question.ts';
import { MEASURES } from '../../../../shared/trm/measures.ts';
import type { ThinkingRewarder } from '../../../rewards/thinking/source.ts';
import type { Store } from '../../../store/store.ts';
import type { TrmFigureRow } from '../../../store/trm/rows.ts';
import type { NewValidation } from '../../../store/trm/validations.ts';
import { useBackend } from '../../../tensor/backend.ts';
import { pairFile } from '../../../trm/pair-sets.ts';
import { rateGroups, rateProbes } from '../../../trm/rating/rate-groups.ts';
import { calibrationOf, compareRaters, type ScoresByRater } from '../../../trm/validation/compare-raters.ts';
import type { JudgedGroup } from '../../../trm/validation/judged.ts';
import { OBSERVED } from '../../../trm/validation/measures.ts';
import { compareProbes, makeProbes, type ProbeScores } from '../../../trm/validation/probes.ts';
import { validationGroups } from '../../../trm/validation/validate.ts';
import { readRewardBench } from '../../../trm/vl-rewardbench.ts';
import { printRows } from '../../common/print-rows.ts';
import type { GlobalOptions } from '../../common/verb.ts';
import { print, withStore } from '../../common/with-store.ts';
import { type AskFlags, raterNames, raterOf } from '../raters.ts';

/** What the command line gives. */
export interface ValidateFlags extends GlobalOptions, AskFlags {
  readonly as?: string;
  readonly questions: number;
  readonly file?: string;
  readonly images?: string;
  readonly limit?: number;
  readonly backend: BackendChoice;
  readonly threads: number;
}

type Parts = Pick<NewValidation, 'figures' | 'calibration' | 'responses'>;

/** Validates, stores and prints. */
export function validate(raters: string, flags: ValidateFlags): Promise<void> {
  return withStore(flags, async (store) => {
    const began = performance.now();
    const named = raterNames(raters);
    await useBackend(flags.backend, { threads: flags.threads });
    const parts =
      flags.file === undefined
        ? await embedded(store, named, flags)
        : await rewardBench(store, named, flags.file, flags);
    const { questions, file, limit } = flags;
    const name = flags.as ?? freeName(store);
    const id = store.addTrmValidation({
      name,
      source: file === undefined ? 'embedded' : 'vl-rewardbench',
      options: { raters: Object.fromEntries(named), ...(file === undefined ? { questions } : { file, limit }) },
      seconds: (performance.now() - began) / 1000,
      ...parts,
    });
    print(flags, store.trmValidation(id), [table(parts.figures), `Stored as validation "${name}".`]);
  });
}

/** Test and hard split, with probes. */
async function embedded(store: Store, named: [string, string][], flags: ValidateFlags): Promise<Parts> {
  const { questions } = flags;
  const raters = named.map(([name, source]) => [name, raterOf(store, source, flags)] as const);
  const all: Parts[] = [];
  for (const split of SPLITS.filter((split) => split !== 'train')) {
    const groups = validationGroups(split, questions);
    const measures = Object.keys(OBSERVED) as (keyof typeof OBSERVED)[];
    const judged = await judge(split, groups, raters, measures);
    const probes = makeProbes(
      groups.map((group) => group.question),
      0,
    );
    const answers: Record<string, ProbeScores> = {};
    for (const [name, rater] of raters) answers[name] = await rateProbes(rater, probes);
    const probed = compareProbes(probes, answers);
    all.push({ ...judged, figures: [...judged.figures, ...probed.map((figure) => ({ split, ...figure }))] });
  }
  return joined(all);
}

/** Pairs that people ranked. */
async function rewardBench(
  store: Store,
  named: [string, string][],
  file: string,
  flags: ValidateFlags,
): Promise<Parts> {
  const found = pairFile(store.paths.home, file, flags.images);
  const bench = await readRewardBench(found.file, found.images, flags.limit);
  const [problem] = bench.problems;
  if (problem !== undefined)
    console.error(
      `sophia: ${bench.problems.length} records skipped, the first: line ${problem.line}: ${problem.reason}`,
    );
  const raters = named.map(([name, source]) => [name, raterOf(store, source, flags, bench.loadImage)] as const);
  const parts = await judge('test', bench.groups, raters, ['pairwise-accuracy', 'mean-score', 'unscored'], 1);
  return { ...parts, calibration: [] }; // a human rank is no score to be calibrated against
}

async function judge(
  split: string,
  groups: readonly JudgedGroup[],
  raters: readonly (readonly [string, ThinkingRewarder])[],
  measures: readonly (keyof typeof OBSERVED)[],
  questionsAtOnce?: number,
): Promise<Parts> {
  const scores: Record<string, (number | null)[][]> = {};
  for (const [name, rater] of raters) scores[name] = await rateGroups(rater, groups, questionsAtOnce);
  return {
    figures: compareRaters(groups, scores, measures).map((figure) => ({ split, ...figure })),
    calibration: calibrationOf(groups, scores).map((point) => ({ split, ...point })),
    responses: judgedResponses(split, groups, scores),
  };
}

function judgedResponses(split: string, groups: readonly JudgedGroup[], scores: ScoresByRater): Parts['responses'] {
  let position = 0;
  return groups.flatMap(({ question, responses }, g) =>
    responses.map(({ text, truth, outcome }, i) => ({
      split,
      position: position++,
      question,
      text,
      truth,
      outcomeReward: outcome,
      scores: Object.fromEntries(Object.entries(scores).map(([rater, rated]) => [rater, rated[g]?.[i] ?? null])),
    })),
  );
}

function joined(all: readonly Parts[]): Parts {
  return {
    figures: all.flatMap((result) => result.figures),
    calibration: all.flatMap((result) => result.calibration),
    responses: all.flatMap((result) => result.responses),
  };
}

function freeName(store: Store): string {
  const taken = new Set(store.trmValidations().map((validation) => validation.name));
  for (let i = 1; ; i++) if (!taken.has(`validation-${i}`)) return `validation-${i}`;
}

/** The figures of the whole, one line each; parts are in the database and in --json. */
function table(figures: readonly TrmFigureRow[]): string {
  const show = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  return printRows(
    figures.filter((figure) => figure.part === ''),
    [
      { head: 'split', text: (figure) => figure.split },
      { head: 'rater', text: (figure) => (figure.versus === '' ? figure.rater : `${figure.rater} - ${figure.versus}`) },
      { head: 'measure', text: (figure) => MEASURES[figure.measure].title },
      { head: 'value', text: (figure) => show(figure.value), right: true },
      { head: '95 % interval', text: (figure) => `${show(figure.low)} to ${show(figure.high)}` },
      { head: 'n', text: (figure) => figure.count, right: true },
    ],
  );
}
