/**
 * Questions and pictures for the page: what is made in a moment here, what may take long (files of data sets, large pictures) beside the engine.
 */
import type { Question } from '../../../shared/question.ts';
import type { ReadStore } from '../../store/store.ts';
import { embeddedQuestion } from '../questions/question-by-id.ts';
import { type QuestionPage, type QuestionQuery, questionPage } from '../questions/question-pages.ts';
import { questionPng } from '../questions/question-picture.ts';
import { beside, type Place } from './beside.ts';
import type { PictureAsked } from './work.ts';

/** Pixels of a side up to which an embedded picture is drawn in a few milliseconds. */
const QUICK_SIZE = 512;

/** A page of questions. @throws SophiaError where there is no such data set */
export function askedPage(place: Place, query: QuestionQuery, signal?: AbortSignal): Promise<QuestionPage> {
  return query.source === 'embedded' ? questionPage(place.home, query) : beside(place, 'questions', query, signal);
}

/** The question of an id; null where there is none. */
export async function askedQuestion(
  place: Place,
  store: ReadStore,
  id: string,
  signal?: AbortSignal,
): Promise<Question | null> {
  return (await embeddedQuestion(store, id)) ?? beside(place, 'question', { id }, signal);
}

/** The picture of a question as a PNG; null where it has none. @throws SophiaError where it cannot be drawn */
export async function askedPicture(
  place: Place,
  store: ReadStore,
  asked: PictureAsked,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const isQuick = asked.size <= QUICK_SIZE && (await embeddedQuestion(store, asked.question)) !== null;
  return isQuick ? questionPng(store, asked.question, asked.size, asked.at) : beside(place, 'picture', asked, signal);
}
