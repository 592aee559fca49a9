/** Published benchmarks whose files are imported with their own prompt and judged by their own rule (main/rewards/benchmarks). */
import type { Kind } from '../kinds/kind.ts';

/** A benchmark. */
export interface PublishedBenchmark extends Kind {
  /** What its rule counts, for people. */
  readonly help: string;
}

/** Every one that `data import --benchmark NAME` knows; VLRewardBench, which judges raters, is main/trm/pair-sets.ts's. */
export const PUBLISHED_BENCHMARKS = {
  mathvista: { title: 'MathVista', help: 'letter of the choice, or the number at its precision' },
  mathverse: { title: 'MathVerse', help: 'letter of the choice, or equal values' },
  mmmu: { title: 'MMMU', help: 'letter of the choice; of open questions the answer within the response' },
  mme: { title: 'MME', help: 'yes or no, by question and by pair of a picture' },
  chartqa: { title: 'ChartQA', help: 'relaxed accuracy: numbers within 5 %, texts equal' },
  mmbench: { title: 'MMBench', help: 'circular: right in every order of the options' },
  mmstar: { title: 'MMStar', help: 'letter of the choice' },
  ocrbench: { title: 'OCRBench', help: 'one of the answers within the response' },
} as const satisfies Record<string, PublishedBenchmark>;
/** The one that judges raters, not policies: pairs that people ranked. */
export const VL_REWARDBENCH = 'vl-rewardbench';

/** A name of PUBLISHED_BENCHMARKS. */
export type BenchmarkName = keyof typeof PUBLISHED_BENCHMARKS;
