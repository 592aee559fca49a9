/** What a split that is evaluated shares with the one that is trained on, and the sentence that says so. */

/** Questions of a split that are trained on too: same picture (to the byte), same text. */
export interface SplitOverlap {
  readonly split: string;
  readonly questions: number;
  readonly pictures: number; // questions with a picture that training has
  readonly texts: number; // questions whose text training has, with the same picture or another
}

/** The overlap in words: "test shares 3 pictures and 0 question texts with train (40 questions)". */
export function overlapText({ split, questions, pictures, texts }: SplitOverlap): string {
  return `${pictures} of ${questions} questions of "${split}" have a picture of "train", ${texts} have a text of "train".`;
}
