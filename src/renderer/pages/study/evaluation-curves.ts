/** Evaluations as curves over steps: the mean over the benchmarks of a split, exactly where all of them were evaluated. */

import { EVALUATION_MODES } from '../../../shared/kinds/evaluation-mode.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { meanOf } from '../../../shared/values/means.ts';
import type { Outputs } from '../../api/client.ts';
import type { Curve } from '../../charts/lines/aggregate.ts';

type Evaluation = Outputs['evaluations']['ofRuns'][number];

/** Greedy accuracy of one run, averaged over the benchmarks of a split. */
export function accuracyCurve(evaluations: readonly Evaluation[], runId: number, split: 'test' | 'hard'): Curve {
  const own = evaluations.filter(
    ({ runId: run, mode, benchmark }) =>
      run === runId && EVALUATION_MODES[mode].score === 'correct' && benchmark.endsWith(`-${split}`),
  );
  const benchmarks = new Set(own.map((evaluation) => evaluation.benchmark)).size;
  const bySteps = [...groupBy(own, (evaluation) => evaluation.step)]
    .filter(([, rows]) => rows.length === benchmarks)
    .sort(([a], [b]) => a - b);
  return {
    steps: bySteps.map(([step]) => step),
    values: bySteps.map(([, rows]) => {
      const known = rows.flatMap(({ accuracy }) => accuracy ?? []);
      return known.length < rows.length ? null : meanOf(known);
    }),
  };
}
