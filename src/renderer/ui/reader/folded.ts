/** Responses of a group as a table reads them: equal texts once, in the order of a reward. */
import { groupBy } from '../../../shared/values/group-by.ts';
import type { Outputs } from '../../api/client.ts';

type Response = Outputs['responses']['step'][number];

/** Responses with one text, and what stands for them. */
export interface Folded {
  readonly first: Response;
  readonly samples: readonly number[];
}

/** What the table can be sorted by; the highest first, what is not known last. */
export const SORTS = {
  sample: { title: '#', of: (response: Response) => -response.sample },
  outcome: { title: 'Rᵒ', of: (response: Response) => response.outcomeReward },
  thinking: { title: 'Rᵗ', of: (response: Response) => response.thinkingReward },
  rubric: { title: 'rubric', of: (response: Response) => response.rubricScore },
  total: { title: 'R', of: (response: Response) => response.reward },
  advantage: { title: 'A', of: (response: Response) => response.advantage },
  tokens: { title: 'tokens', of: (response: Response) => response.tokens },
} as const;
/** A name of SORTS. */
export type Sort = keyof typeof SORTS;

/** Equal responses folded, sorted; those alike in what is sorted by stay in their order. */
export function folded(responses: readonly Response[], sort: Sort): Folded[] {
  const { of } = SORTS[sort];
  const value = ({ first }: Folded) => of(first) ?? Number.NEGATIVE_INFINITY;
  return [...groupBy(responses, (response) => response.text).values()]
    .flatMap((equal): Folded[] => {
      const [first] = equal;
      return first === undefined ? [] : [{ first, samples: equal.map(({ sample }) => sample) }];
    })
    .sort((a, b) => value(b) - value(a));
}
