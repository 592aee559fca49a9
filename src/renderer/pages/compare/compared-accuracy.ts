/** Charts of accuracy on held-out questions of compared runs, whichever studies they are of: those on different questions stand apart. */
import { accuracyTitle } from '../../../shared/study/accuracy-curves.ts';
import { accuracyOfRuns, chartsApart } from '../../../shared/study/accuracy-of-runs.ts';
import type { Outputs } from '../../api/client.ts';
import type { CurveGroup } from '../../charts/lines/lines.ts';
import { count } from '../../text/format.ts';

type Evaluations = Outputs['evaluations']['ofRuns'];
type Runs = Outputs['runs']['list'];

/** The charts, and in words which questions they are about where they differ; null: all of one kind are about the same. */
export function comparedAccuracy<Arm extends { readonly runs: readonly number[] }>(
  evaluations: Evaluations | undefined,
  runs: Runs,
  arms: readonly Arm[],
  lookOf: (arm: Arm) => Omit<CurveGroup, 'curves'>,
) {
  const studies = new Map(runs.map(({ id, studyId }) => [id, studyId]));
  const charts = accuracyOfRuns(evaluations ?? [], (id) => studies.get(id) ?? 0);
  const apart = chartsApart(charts);
  return {
    charts: charts.map((shared) => {
      const { what, title } = accuracyTitle(shared.chart);
      return {
        what,
        title: apart.includes(shared) ? shared.questions : title,
        groups: arms
          .map((arm) => ({ ...lookOf(arm), curves: arm.runs.flatMap((id) => shared.curves.get(id) ?? []) }))
          .filter(({ curves }) => curves.length > 0),
      };
    }),
    apart:
      apart.length === 0
        ? null
        : apart.map(({ questions, curves }) => `${questions} (${count(curves.size, 'run')})`).join('; '),
  };
}
