/**
 * One record of a data file to a question. The official SophiaVL-R1 keys (problem_id, problem, data_type, problem_type, options,
 * solution, path, data_source), EasyR1's (problem or prompt, answer, images), the hub's usual ones (query, label, choices) and our own
 * (id, question, answer, answer_type, category, split, options, image) are all read, in every file format. The first key of each list
 * below that a record has counts; known-forms.ts has turned chats and columns into them.
 */

import { namesOf } from '../../../../shared/kinds/kind.ts';
import { ANSWER_TYPES, type AnswerType, CATEGORIES, type Category, SPLIT_NAME } from '../../../../shared/question.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { isNumeric } from './answer-kind.ts';
import { lettersOf, listsOptions, type Option, optionsOf } from './options.ts';
import { type GivenPicture, markedText, picturesOf } from './pictures.ts';
import { Refusal } from './refusal.ts';

/** A question before its image is found. */
export interface ParsedRecord {
  readonly id: string | null;
  readonly category: Category;
  readonly answerType: AnswerType;
  readonly split: string;
  readonly template: string;
  readonly text: string;
  readonly answer: string;
  readonly pictures: readonly GivenPicture[];
}

/** What holds for records that do not say it themselves. */
export interface RecordDefaults {
  readonly category: Category | null; // null: guessed from answer type and image path
  readonly split: string;
}

const KEYS = {
  id: ['id', 'problem_id', 'question_id', 'pid'],
  question: ['question', 'problem', 'prompt', 'query', 'instruction'],
  answer: ['answer', 'solution', 'label', 'ground_truth', 'completion', 'output', 'final_answer'],
  answerType: ['answer_type', 'problem_type', 'question_type'],
  options: ['options', 'choices'],
} as const;

/** Names of answer types in data files: ours and their aliases, lower case, spaces for dashes. */
const ANSWER_TYPE_NAMES: ReadonlyMap<string, AnswerType> = new Map(
  namesOf(ANSWER_TYPES).flatMap((name): [string, AnswerType][] =>
    [...ANSWER_TYPES[name].aliases, name.replaceAll('_', ' ')].map((alias) => [alias, name]),
  ),
);

/** Kinds of questions that do not say how an answer is judged: its form decides. */
const UNTOLD = new Set(['open', 'open ended', 'short answer', 'vqa', 'qa', 'list', 'string', '']);

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
  const pictures = picturesOf(record);
  const options = optionsOf(firstOf(record, KEYS.options) ?? []);
  const asked = textOf(record, KEYS.question, 'question');
  const text = markedText(
    [asked, ...options.map((option) => `${option.letter}. ${option.text}`)].join('\n'),
    pictures.length,
  );
  const question = markedText(asked.replace(/<image(?:[ _]?\d+)?>/g, ''), 0);
  if (question === '') throw new Refusal('question is empty');
  const given = answerOf(record, options);
  const inner = bareAnswer(given);
  const { answerType, name } = answerTypeOf(record, inner, options, question);
  const answer = importOf(answerType).kept?.(inner, options) ?? inner;
  if (answer === '') throw new Refusal('answer is empty');
  if (text.length > LIMITS.question || answer.length > LIMITS.question)
    throw new Refusal(`question or answer is longer than ${LIMITS.question} characters`);
  return {
    id: idOf(record),
    category: categoryOf(record, answerType, pictures[0], defaults),
    answerType,
    split: splitOf(record) ?? defaults.split,
    template: name,
    text,
    answer,
    pictures,
  };
}

const LONGEST_ID = 200;

function idOf(record: Record<string, unknown>): string | null {
  const id = firstOf(record, KEYS.id);
  if (id === undefined || id === '') return null; // an empty cell of a table
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (typeof id === 'string' && id.length <= LONGEST_ID) return wellFormed(id);
  if (typeof id === 'string') throw new Refusal(`id is longer than ${LONGEST_ID} characters`);
  throw new Refusal('id is neither a whole number nor a text');
}

/** The split as the record names it, in small letters; "training" is train. */
function splitOf({ split }: Record<string, unknown>): string | undefined {
  if (split === undefined || split === null || split === '') return undefined; // '': an empty cell of a table
  const name =
    typeof split === 'string'
      ? split
          .trim()
          .toLowerCase()
          .replace(/^training$/, 'train')
      : '';
  if (SPLIT_NAME.test(name)) return name;
  throw new Refusal(`split ${JSON.stringify(split)} cannot name a split (letters, digits, dots, dashes)`);
}

/** The answer as text: one, a list of one, or the number of an option counted from 0, as files of class labels give it. */
function answerOf(record: Record<string, unknown>, options: readonly Option[]): string {
  const value = firstOf(record, KEYS.answer);
  const one = Array.isArray(value) && value.length > 0 && new Set(value).size === 1 ? (value[0] as unknown) : value;
  if (Array.isArray(one)) throw new Refusal(`has ${one.length} answers; one is supported`);
  const at = typeof one === 'number' && Number.isInteger(one) ? options[one] : undefined;
  if (at === undefined) return textOf({ answer: one }, ['answer'], `answer`, KEYS.answer);
  return (options.find((option) => option.text === String(one)) ?? at).letter;
}

/** What stands in <answer> tags, behind GSM8K's "####", or in the one \boxed{...} of a solution, as MATH and its kin give theirs. */
function bareAnswer(given: string): string {
  const tagged = /<answer>([\s\S]*?)<\/answer>/.exec(given)?.[1] ?? given;
  const marked = /(?:^|\n)####[ \t]*(\S.*?)\s*$/.exec(tagged)?.[1] ?? tagged;
  const [box, another] = marked.matchAll(/\\f?boxed\s*(?=\{)/g);
  const isOne = box !== undefined && another === undefined;
  return ((isOne ? braced(marked.slice(box.index + box[0].length)) : null) ?? marked).trim();
}

/** What stands in the brace that a text begins with, to the one that closes it; null where none does. */
function braced(text: string): string | null {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/(?<!\\)[{}]/g))
    if ((depth += sign === '{' ? 1 : -1) === 0) return text.slice(1, index);
  return null;
}

/** The answer's type as the record names it, else from what the answer looks like. */
function answerTypeOf(
  record: Record<string, unknown>,
  answer: string,
  options: readonly Option[],
  question: string,
): { answerType: AnswerType; name: string } {
  const named = firstOf(record, KEYS.answerType);
  const word = typeof named === 'string' ? named.toLowerCase().replace(/[-_]/g, ' ').trim() : named;
  if (word === undefined || (typeof word === 'string' && UNTOLD.has(word))) {
    const type = namesOf(IMPORTS).find((name) => importOf(name).fits(answer, options, question)) ?? 'free_form';
    return { answerType: type, name: type };
  }
  const answerType = typeof word === 'string' ? ANSWER_TYPE_NAMES.get(word) : undefined;
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
  image: GivenPicture | undefined,
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

function textOf(record: Record<string, unknown>, keys: readonly string[], what: string, told = keys): string {
  const value = firstOf(record, keys);
  if (value === undefined) throw new Refusal(`has no ${what} (${told.join(' or ')})`);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False'; // as Python and VLM answers write them
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
