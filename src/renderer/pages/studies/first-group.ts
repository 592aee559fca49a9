/** The group by which a newcomer is shown the arithmetic: of a run with a thinking reward, the first with right and wrong responses. */
import { groupBy } from '../../../shared/values/group-by.ts';
import { api, type Outputs } from '../../api/client.ts';

type Responses = Outputs['responses']['step'];

/** Steps looked at before a group of one side will do. */
const STEPS = 4;

/** The first group of a study that shows trust at work, as soon as there is one; null before. */
export async function firstGroup(studyId: number): Promise<{ responses: Responses; step: number } | null> {
  const runs = (await api.runs.list.query({ studyId })).filter(({ step }) => step > 0);
  for (const { id: runId, step: newest } of runs) {
    let onesided: { responses: Responses; step: number } | null = null;
    for (let step = 1; step <= Math.min(newest, STEPS); step++) {
      const groups = [
        ...groupBy(await api.responses.step.query({ runId, step }), ({ questionId }) => questionId).values(),
      ];
      const weighted = groups.filter(([row]) => row?.gamma != null);
      if (weighted.length === 0) break; // a run without a thinking reward
      const both = weighted.find(([row]) => (row?.nC ?? 0) > 0 && (row?.nW ?? 0) > 0);
      if (both !== undefined) return { responses: both, step };
      onesided ??= { responses: weighted[0]!, step };
    }
    if (onesided !== null && newest >= STEPS) return onesided;
  }
  return null;
}
