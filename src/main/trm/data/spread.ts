/**
 * Which responses to collect when not all are wanted: spread evenly over the runs and over the steps of each, because a policy's early
 * and late responses differ and a TRM must judge both.
 */
import { Random } from '../../../shared/values/random.ts';

/** A response's place. */
export interface Place {
  readonly runId: number;
  readonly step: number;
}

/** At most `count` of the responses, as evenly over (run, step) as they allow, in their own order; the same ones for the same seed. */
export function spreadOverSteps<T extends Place>(responses: readonly T[], count: number, seed: number): T[] {
  if (responses.length <= count) return [...responses];
  const random = new Random(seed, 'trm collect');
  const cells = Map.groupBy(responses, ({ runId, step }) => `${runId}/${step}`);
  const waiting = random.shuffle([...cells.values()].map((cell) => random.shuffle(cell)));
  const chosen = new Set<T>();
  for (let round = 0; chosen.size < count; round++)
    for (const { [round]: next } of waiting) if (chosen.size < count && next !== undefined) chosen.add(next);
  return responses.filter((response) => chosen.has(response));
}
