/**
 * A question as it is put: its text with its pictures in their places. Pictures stand where their marks `<image N>` are, one that is named
 * twice is shown twice (as benchmarks with several pictures do); the only picture of a text without a mark stands before it.
 */
import { imageCount, type Question } from './question.ts';

/** A piece of text, or the number of a picture from 0. */
export type QuestionPart = string | number;

/** The parts in order; a text is always the last of them, empty where nothing follows. */
export function questionParts({ text, image }: Pick<Question, 'text' | 'image'>): readonly QuestionPart[] {
  const count = imageCount({ image });
  if (count === 0) return [text];
  if (count === 1 && !text.includes('<image 1>')) return [0, text];
  const pieces = text.split(/<image (\d+)>/); // text, number, text, ...
  return pieces.flatMap((piece, i): QuestionPart[] => {
    if (i % 2 === 0) return piece === '' && i < pieces.length - 1 ? [] : [piece];
    const at = Number(piece) - 1;
    return at >= 0 && at < count ? [at] : [`<image ${piece}>`];
  });
}

/** The pictures in the order in which the question shows them, by number from 0. */
export function shownPictures(question: Pick<Question, 'text' | 'image'>): readonly number[] {
  return questionParts(question).filter((part) => typeof part === 'number');
}
