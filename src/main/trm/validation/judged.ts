/** What a validation looks at: responses to one question with what is known of each, and what each rater said. Plain values. */
import type { Question } from '../../../shared/question.ts';
import type { Dimension } from '../../../shared/trm/annotations.ts';

/** One response with its truth: the annotator's score, or minus the human rank. */
export interface JudgedResponse {
  readonly thinking: string;
  readonly text: string;
  readonly truth: number;
  readonly outcome: number | null; // outcome reward, null where there is none
  readonly dimensions: Readonly<Record<Dimension, number>> | null;
}

/** One question with its responses; `parts` are the groups that figures are also told for, such as "category:chart". */
export interface JudgedGroup {
  readonly question: Question;
  readonly parts: readonly string[];
  readonly responses: readonly JudgedResponse[];
}

/** A group with one rater's scores, null where it had none. */
export interface RatedGroup extends JudgedGroup {
  readonly scores: readonly (number | null)[];
}

/** Words of a text. */
export const wordCount = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
