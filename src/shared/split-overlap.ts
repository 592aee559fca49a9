/** What a split that is evaluated shares with the one that is trained on, and the sentence that says so. */

/** Questions of a split that are trained on too: same picture (to the byte), same text. */
export interface SplitOverlap {
  readonly split: string;
  readonly questions: number;
  readonly pictures: number; // questions with a picture that training has
  readonly texts: number; // questions whose text training has, with the same picture or another
}

/** The overlap in words: "Of 40 questions of test, 3 share their picture and 0 their text with train." */
export function overlapText({ split, questions, pictures, texts }: SplitOverlap): string {
  return `Of ${questions} questions of ${split}, ${pictures} share their picture and ${texts} their text with train.`;
}
