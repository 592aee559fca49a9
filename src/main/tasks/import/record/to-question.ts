/**
 * One record of a data file to a question. The official SophiaVL-R1 keys (problem_id, problem, data_type, problem_type, options,
 * solution, path, data_source), EasyR1's (problem or prompt, answer, images) and our own (id, question, answer, answer_type, category,
 * split, options, image) are all read, in every file format. The first key of each list below that a record has counts.
 */

import { namesOf } from '../../../../shared/kinds/kind.ts';
import {
  ANSWER_TYPES,
  type AnswerType,
  CATEGORIES,
  type Category,
  SPLITS,
  type Split,
} from '../../../../shared/question.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { isNumeric } from './answer-kind.ts';
import { lettersOf, listsOptions, type Option, optionsOf } from './options.ts';
import { Refusal } from './refusal.ts';

/** A question before its image is found. */
export interface ParsedRecord {
  readonly id: string | null;
  readonly category: Category;
  readonly answerType: AnswerType;
  readonly split: Split;
  readonly template: string;
  readonly text: string;
  readonly answer: string;
  readonly image: string | Uint8Array | null; // path as given, or the file's bytes
}

/** What holds for records that do not say it themselves. */
export interface RecordDefaults {
  readonly category: Category | null; // null: guessed from answer type and image path
  readonly split: Split;
}

const KEYS = {
  id: ['id', 'problem_id'],
  question: ['question', 'problem', 'prompt'],
  answer: ['answer', 'solution'],
  answerType: ['answer_type', 'problem_type'],
  image: ['image', 'path', 'images'],
} as const;

/** Names of answer types in data files: ours and their aliases, lower case, spaces for dashes. */
const ANSWER_TYPE_NAMES: ReadonlyMap<string, AnswerType> = new Map(
  namesOf(ANSWER_TYPES).flatMap((name): [string, AnswerType][] =>
    [...ANSWER_TYPES[name].aliases, name.replaceAll('_', ' ')].map((alias) => [alias, name]),
  ),
);

interface AnswerImport {
  /** Whether an answer looks like this type where the record names none. */
  readonly fits: (answer: string, options: readonly Option[], question: string) => boolean;
  /** The answer as it is kept. */
  readonly kept?: (answer: string, options: readonly Option[]) => string;
  /** The category where neither the record nor its image's folder tells one. */
  readonly category?: Category;
}

/** How each type comes in; the first that fits is that of a record without one. */
const IMPORTS = {
  choice: {
    fits: (answer, options, question) =>
      options.length > 0 || (/^[([]?[A-J][)\].]?$/.test(answer) && listsOptions(question)),
    kept: lettersOf,
  },
  numeric: { fits: isNumeric },
  ocr: { fits: () => false, category: 'ocr' }, // cannot be told from free text
  free_form: { fits: () => true },
} as const satisfies Record<AnswerType, AnswerImport>;
const importOf = (type: AnswerType): AnswerImport => IMPORTS[type];

/** The question of a record, or the reason why there is none. */
export function parseQuestion(value: unknown, defaults: RecordDefaults): ParsedRecord | { readonly reason: string } {
  try {
    return parse(value, defaults);
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.message };
    throw error;
  }
}

function parse(value: unknown, defaults: RecordDefaults): ParsedRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('is not an object');
  const record = value as Record<string, unknown>;
  const image = imageOf(record);
  const marks = /<image(?: \d+)?>/g;
  const asked = textOf(record, KEYS.question, 'question');
  const places = asked.match(marks)?.length ?? 0;
  if (places > (image === null ? 0 : 1))
    throw new Refusal(`has ${places} <image> marks for ${image === null ? 'no' : 'one'} image`);
  const question = asked.replace(marks, '').trim();
  if (question === '') throw new Refusal('question is empty');
  const options = optionsOf(record.options ?? []);
  const given = textOf(record, KEYS.answer, 'answer');
  const inner = (/<answer>([\s\S]*?)<\/answer>/.exec(given)?.[1] ?? given).trim();
  const { answerType, name } = answerTypeOf(record, inner, options, question);
  const answer = importOf(answerType).kept?.(inner, options) ?? inner;
  if (answer === '') throw new Refusal('answer is empty');
  const text = [question, ...options.map((option) => `${option.letter}. ${option.text}`)].join('\n');
  if (text.length > LIMITS.question || answer.length > LIMITS.question)
    throw new Refusal(`question or answer is longer than ${LIMITS.question} characters`);
  return {
    id: idOf(record),
    category: categoryOf(record, answerType, image, defaults),
    answerType,
    split: oneOf(record, 'split', SPLITS) ?? defaults.split,
    template: name,
    text,
    answer,
    image,
  };
}

function idOf(record: Record<string, unknown>): string | null {
  const id = firstOf(record, KEYS.id);
  if (id === undefined) return null;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (typeof id === 'string' && id !== '' && id.length <= 200) return wellFormed(id);
  throw new Refusal('id is neither a whole number nor a text');
}

function imageOf(record: Record<string, unknown>): string | Uint8Array | null {
  const kind = record.data_type ?? 'image';
  if (kind !== 'image' && kind !== 'text')
    throw new Refusal(`data_type ${JSON.stringify(kind)} is not supported, only "image" and "text"`);
  if (kind === 'text') return null;
  let image = firstOf(record, KEYS.image);
  if (Array.isArray(image)) {
    if (image.length > 1) throw new Refusal(`has ${image.length} images; one is supported`);
    image = image[0];
  }
  if (typeof image === 'object' && image !== null && !(image instanceof Uint8Array)) {
    const { bytes, path } = image as { bytes?: unknown; path?: unknown };
    image = bytes ?? path;
  }
  if (image === undefined || image === null || image === '') {
    if (record.data_type === 'image') throw new Refusal('data_type is "image", but there is no image path');
    return null;
  }
  if (typeof image === 'string') return wellFormed(image);
  if (image instanceof Uint8Array) return image;
  throw new Refusal('image is neither a path nor the bytes of a file');
}

/** The answer's type as the record names it, else from what the answer looks like. */
function answerTypeOf(
  record: Record<string, unknown>,
  answer: string,
  options: readonly Option[],
  question: string,
): { answerType: AnswerType; name: string } {
  const named = firstOf(record, KEYS.answerType);
  if (named === undefined) {
    const type = namesOf(IMPORTS).find((name) => importOf(name).fits(answer, options, question)) ?? 'free_form';
    return { answerType: type, name: type };
  }
  const answerType =
    typeof named === 'string' ? ANSWER_TYPE_NAMES.get(named.toLowerCase().replace(/[-_]/g, ' ').trim()) : undefined;
  if (answerType === undefined) {
    throw new Refusal(
      `answer type ${JSON.stringify(named)} is unknown; known: ${[...ANSWER_TYPE_NAMES.keys()].join(', ')}`,
    );
  }
  return { answerType, name: String(named) };
}

/** The official data sorts its images into folders named after the categories: ./Math/CLEVR-Math/images/... */
function categoryOf(
  record: Record<string, unknown>,
  answerType: AnswerType,
  image: string | Uint8Array | null,
  defaults: RecordDefaults,
): Category {
  const named = oneOf(record, 'category', CATEGORIES);
  if (named) return named;
  const folders = typeof image === 'string' ? image.toLowerCase().split(/[\\/]/) : [];
  const byFolder = CATEGORIES.find((category) => folders.includes(category));
  return defaults.category ?? byFolder ?? importOf(answerType).category ?? 'general';
}

function oneOf<T extends string>(record: Record<string, unknown>, key: string, known: readonly T[]): T | undefined {
  const value = record[key];
  if (value === undefined || value === null) return undefined;
  const found = known.find((name) => typeof value === 'string' && name === value.toLowerCase());
  if (found === undefined) throw new Refusal(`${key} ${JSON.stringify(value)} is not one of ${known.join(', ')}`);
  return found;
}

function textOf(record: Record<string, unknown>, keys: readonly string[], what: string): string {
  const value = firstOf(record, keys);
  if (value === undefined) throw new Refusal(`has no ${what} (${keys.join(' or ')})`);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') throw new Refusal(`${what} is not a text`);
  return wellFormed(value);
}

/** Half a surrogate pair cannot be written as UTF-8: it becomes the replacement character. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function firstOf(record: Record<string, unknown>, keys: readonly string[]): unknown {
  const key = keys.find((key) => Object.hasOwn(record, key) && record[key] !== null);
  return key === undefined ? undefined : record[key];
}
