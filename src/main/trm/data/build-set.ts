/**
 * From annotated pairs to a training set: filters in order, then uniform sampling over ten score intervals (paper: 470,331 pairs collected,
 * 156,703 kept). What became of every pair is told, so that the flow of counts and each dropped pair can be looked at.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { Dimension } from '../../../shared/trm/annotations.ts';
import { FATES, type FilterName } from '../../../shared/trm/builds.ts';
import { TRM_KINDS, type TrmKind } from '../../../shared/trm/models.ts';
import { holisticScore } from '../../tasks/rubric/dimensions.ts';
import { toScore } from '../../tasks/rubric/rate.ts';
import { FILTERS, type FilterOptions, filterRecords } from './filters.ts';
import type { Filterable } from './record.ts';
import { countBins, sampleBins } from './sample-bins.ts';

/** How a set is built. */
export interface BuildOptions {
  readonly kind: TrmKind;
  readonly filters: FilterOptions;
  readonly capPerBin: number;
  readonly seed: number;
  readonly leaveOut: readonly Dimension[]; // of the annotator's five; the score is made anew from the others
}

/** An annotated pair. */
export interface BuildInput extends Filterable {
  readonly pairId: number;
  readonly dimensions: Readonly<Record<string, number>> | null;
  readonly stepLabels: readonly unknown[] | null;
}

/** One filter's share of the flow. */
export interface FlowStep {
  readonly filter: FilterName;
  readonly switchedOn: boolean;
  readonly dropped: number;
  readonly leftOver: number;
}

/** A pair's fate; `position` is its place in the training order where it was sampled. */
export interface PairFate {
  readonly pairId: number;
  readonly fate: string;
  readonly position: number | null;
  readonly score: number | null;
}

/** A built set. */
export interface BuiltSet {
  readonly flow: readonly FlowStep[];
  readonly pairs: readonly PairFate[]; // in the order given
}

/** Builds a set. Throws `usage` where dimensions are left out and the annotator gave none. */
export function buildSet(inputs: readonly BuildInput[], options: BuildOptions): BuiltSet {
  const records = inputs.map((input) => ({ ...input, score: trainedScore(input, options) }));
  const { kept, reasons } = filterRecords(records, options.filters);
  const order = sampleBins(kept, options.capPerBin, options.seed);
  const position = new Map(order.map((record, i) => [record.pairId, i]));
  let leftOver = records.length;
  const flow = (Object.keys(FILTERS) as FilterName[]).map((filter): FlowStep => {
    const dropped = reasons.filter((reason) => reason === filter).length;
    leftOver -= dropped;
    return { filter, switchedOn: !options.filters.off.includes(filter), dropped, leftOver };
  });
  const pairs = records.map(({ pairId, score }, i): PairFate => {
    const place = position.get(pairId) ?? null;
    return { pairId, fate: reasons[i] ?? (place === null ? FATES.notSampled : FATES.sampled), position: place, score };
  });
  return { flow, pairs };
}

/** The flow as lines: collected, each filter, kept and sampled with their counts per interval. */
export function flowLines({ flow, pairs }: BuiltSet): string[] {
  const kept = pairs.filter(({ fate }) => fate === FATES.sampled || fate === FATES.notSampled);
  const sampled = kept.filter(({ fate }) => fate === FATES.sampled);
  return [
    `collected ${pairs.length}`,
    ...flow.map(({ filter, switchedOn, dropped }) => (switchedOn ? `${filter} -${dropped}` : `${filter} off`)),
    `kept ${kept.length} (per interval ${countBins(kept).join(' ')})`,
    `sampled ${sampled.length} (per interval ${countBins(sampled).join(' ')})`,
  ];
}

function trainedScore({ score, dimensions, stepLabels }: BuildInput, { kind, leaveOut }: BuildOptions): number | null {
  if (score === null || (TRM_KINDS[kind].needsSteps && (stepLabels ?? []).length === 0)) return null;
  if (leaveOut.length === 0) return score;
  if (dimensions === null)
    throw new SophiaError(
      'usage',
      'This annotator gave no scores per dimension, so none can be left out.',
      'Annotate with the rubric.',
    );
  return toScore(holisticScore(dimensions as Record<Dimension, number>, leaveOut));
}
