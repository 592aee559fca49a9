/**
 * One (question, response) pair on its way through the TRM's data pipeline: collected, then annotated, then kept or dropped with a reason.
 */
import type { Question } from '../../../shared/question.ts';

/** A collected response; `score` is the annotator's, null until annotated or where it could not be had. */
export interface TrmRecord {
  readonly question: Question;
  readonly thinking: string;
  readonly text: string; // the whole response
  readonly truncated: boolean;
  readonly outcomeReward: number | null;
  readonly step: number; // of the run it comes from
  readonly score: number | null; // in {0, 0.1, ..., 1}
  readonly stepLabels?: readonly { readonly text: string; readonly label: string }[] | null; // the annotator's, of each step
  readonly scoreAgain?: number | null; // a second asking, where the annotator was asked twice
}

/** What the filters look at; the question by its name alone. */
export type Filterable = Omit<TrmRecord, 'question' | 'stepLabels'> & { readonly question: Pick<Question, 'id'> };
