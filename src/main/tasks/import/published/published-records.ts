/**
 * Records of published benchmarks' files, as the hub and VLMEvalKit give them, to questions with the benchmark's own prompt and what its
 * rule needs (shared/benchmarks/grading.ts). Prompts are VLMEvalKit's. One record can be several questions: MMBench's orders of its options.
 */
import type { Grading } from '../../../../shared/benchmarks/grading.ts';
import type { BenchmarkName } from '../../../../shared/benchmarks/published.ts';
import type { AnswerType, Category } from '../../../../shared/question.ts';
import { knownForms } from '../record/known-forms.ts';
import { optionsOf } from '../record/options.ts';
import { type GivenPicture, markedText, picturesOf } from '../record/pictures.ts';
import { Refusal } from '../record/refusal.ts';
import type { ParsedRecord } from '../record/to-question.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A question of a benchmark before its pictures are found. */
export interface PublishedRecord extends ParsedRecord {
  readonly grading: Grading;
}

/** What a reader of one kind of file makes of a record. */
interface Draft {
  readonly text: string;
  readonly answer: string;
  readonly answerType: AnswerType;
  readonly grading: Omit<Grading, 'benchmark'>;
  readonly id?: string;
}

const CATEGORY: Readonly<Record<BenchmarkName, Category>> = {
  mathvista: 'math',
  mathverse: 'math',
  mmmu: 'knowledge',
  mme: 'general',
  chartqa: 'chart',
  mmbench: 'general',
  mmstar: 'general',
  ocrbench: 'ocr',
};

const READERS: Readonly<Record<BenchmarkName, (record: Fields) => Draft[]>> = {
  mathvista: (record) => [mathvista(record)],
  mathverse: (record) => [mathverse(record)],
  mmmu: (record) => [choiceOrOpen(record)],
  mme: (record) => [yesOrNo(record)],
  chartqa: (record) => [chart(record)],
  mmbench: circular,
  mmstar: (record) => [choiceOrOpen(withOptionsOfText(record))],
  ocrbench: (record) => [ocr(record)],
};

/** Reads the records of one file; a picture that stands for another row's (VLMEvalKit's tables) is looked up among the rows before. */
export function publishedReader(benchmark: BenchmarkName): (value: unknown) => PublishedRecord[] {
  const rows = new Map<string, GivenPicture[]>();
  return (value) => {
    const record = knownForms(value)[0];
    if (typeof record !== 'object' || record === null) throw new Refusal('is not an object');
    const fields = record as Fields;
    const index = textOf(fields, ['index', 'id', 'pid', 'sample_index', 'question_id']);
    const pictures = picturesOfRow(fields, rows);
    if (index !== null) rows.set(index, pictures);
    return READERS[benchmark](fields).map(({ id, text, answer, answerType, grading }) => {
      if (answer === '') throw new Refusal('has no answer: a split whose answers are kept back cannot be scored here');
      return {
        id: id ?? (benchmark === 'mme' ? null : index), // MME's two questions on a picture share its question_id
        category: CATEGORY[benchmark],
        answerType,
        split: textOf(fields, ['split'])?.toLowerCase() ?? 'test',
        template: textOf(fields, ['category', 'subfield', 'question_type', 'type']) ?? benchmark,
        text: markedText(text, pictures.length),
        answer,
        pictures,
        grading: { benchmark, ...grading },
      };
    });
  };
}

function picturesOfRow(record: Fields, rows: ReadonlyMap<string, GivenPicture[]>): GivenPicture[] {
  const given = record.image;
  const row = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  if (!/^\d{1,18}$/.test(row)) return picturesOf(record);
  const found = rows.get(row);
  if (found === undefined) throw new Refusal(`its image is that of row ${row}, which does not stand before it`);
  return found;
}

/** VLMEvalKit's prompt of a question, with its options. */
function choicePrompt(record: Fields, choices: Readonly<Record<string, string>>): string {
  const hint = textOf(record, ['hint']);
  const options = Object.entries(choices).map(([letter, text]) => `${letter}. ${text}\n`);
  return [
    hint === null || hint === 'nan' ? '' : `Hint: ${hint}\n`,
    `Question: ${needed(record, ['question'])}\n`,
    options.length === 0
      ? ''
      : `Options:\n${options.join('')}Please select the correct answer from the options above. \n`,
  ].join('');
}

function choicesOf(record: Fields): Record<string, string> {
  const given = record.options ?? record.choices;
  if (given === undefined || given === null || given === '[]') return {};
  // Tables made by pandas hold "nan" for an option that is not there.
  const there = optionsOf(given).filter(({ text }) => text !== 'nan');
  return Object.fromEntries(there.map(({ letter, text }) => [letter, text]));
}

function choiceOrOpen(record: Fields): Draft {
  const choices = choicesOf(record);
  if (Object.keys(choices).length === 0) {
    const answers = listOf(record.answer).filter((answer) => answer !== '?');
    return { text: choicePrompt(record, {}), answer: answers[0] ?? '', answerType: 'free_form', grading: { answers } };
  }
  const given = textOf(record, ['answer']) ?? '';
  const answer = given === '?' ? '' : letterOf(given, choices); // MMMU's test split
  return { text: choicePrompt(record, choices), answer, answerType: 'choice', grading: { choices } };
}

function letterOf(answer: string, choices: Readonly<Record<string, string>>): string {
  if (answer === '' || answer in choices) return answer;
  const byText = Object.entries(choices).find(([, text]) => text === answer)?.[0];
  if (byText !== undefined) return byText;
  throw new Refusal(`answer ${JSON.stringify(answer)} is none of ${Object.keys(choices).join(', ')}`);
}

/** MMStar's own files hold the options in the question: "...\nOptions: A: a cat, B: a dog". */
function withOptionsOfText(record: Fields): Fields {
  if (record.options !== undefined) return record;
  const parts = /^([\s\S]*?)\n?Options:\s*([\s\S]*)$/.exec(needed(record, ['question']));
  if (parts === null) throw new Refusal('has no options, neither in columns nor in its question');
  const pieces = (parts[2] ?? '').split(/(?:^|[,\s]\s*)[A-H]\s*[:.]\s+/).slice(1);
  const options = pieces.map((text) => text.replace(/[,\s]+$/, ''));
  return { ...record, question: (parts[1] ?? '').trim(), options };
}

/** A question in every order of its options, each turned on by one; a table that has them already (index beyond a million) keeps its own. */
function circular(record: Fields): Draft[] {
  const index = needed(record, ['index', 'id']);
  const draft = choiceOrOpen(record);
  const number = Number(index);
  const listed = textOf(record, ['g_index']) ?? (number >= 1e6 ? String(number % 1e6) : null);
  const choices = draft.grading.choices ?? {};
  if (draft.answer === '') return [draft]; // refused by the caller: no order of its options has an answer
  if (listed !== null) return [{ ...draft, id: index, grading: { choices, group: listed } }];
  const letters = Object.keys(choices);
  return letters.map((_, turn) => {
    const turned = Object.fromEntries(
      letters.map((letter, i) => [letter, choices[letters[(i + turn) % letters.length] ?? ''] ?? '']),
    );
    const at = (letters.indexOf(draft.answer) - turn + letters.length) % letters.length;
    return {
      id: turn === 0 ? index : `${index}-${turn}`,
      text: choicePrompt(record, turned),
      answer: letters[at] ?? '',
      answerType: 'choice',
      grading: { choices: turned, group: index },
    };
  });
}

function mathvista(record: Fields): Draft {
  const text = textOf(record, ['query']) ?? needed(record, ['question']);
  const choices = choicesOf(record);
  const answer = textOf(record, ['answer']) ?? '';
  if (Object.keys(choices).length > 0) {
    const letter = textOf(record, ['answer_option']) ?? letterOf(answer, choices);
    return { text, answer: letter, answerType: 'choice', grading: { choices } };
  }
  const type = (['integer', 'float', 'list'] as const).find((known) => known === record.answer_type) ?? 'text';
  const precision = Number(record.precision ?? Number.NaN);
  const grading: Draft['grading'] = { type, ...(Number.isFinite(precision) && { precision }) };
  return { text, answer, answerType: type === 'text' ? 'free_form' : 'numeric', grading };
}

function mathverse(record: Fields): Draft {
  const text = textOf(record, ['query_wo']) ?? needed(record, ['question']);
  const answer = textOf(record, ['answer']) ?? '';
  const listed = /Choices:\s*([\s\S]*)$/.exec(text)?.[1];
  if (record.question_type === 'free-form' || listed === undefined)
    return { text, answer, answerType: 'numeric', grading: {} };
  const pieces = listed.split(/(?:^|\n)\s*([A-H])\s*:/).slice(1); // letter, text, letter, text, ...
  const choices = Object.fromEntries(
    pieces.flatMap((letter, i) => (i % 2 === 0 ? [[letter, (pieces[i + 1] ?? '').trim()] as const] : [])),
  );
  return { text, answer: letterOf(answer, choices), answerType: 'choice', grading: { choices } };
}

function yesOrNo(record: Fields): Draft {
  const group = textOf(record, ['image_path', 'question_id']);
  const part = textOf(record, ['category']);
  if (group === null || part === null)
    throw new Refusal('has no question_id (or image_path) and category, which tell its pair');
  const answer = { yes: 'Yes', no: 'No' }[needed(record, ['answer']).toLowerCase()];
  if (answer === undefined) throw new Refusal('its answer is neither Yes nor No');
  const text = needed(record, ['question']);
  return { text, answer, answerType: 'free_form', grading: { group: `${part}/${group}`, part } };
}

function chart(record: Fields): Draft {
  const answers = listOf(record.answer ?? record.label);
  const text = `${needed(record, ['question', 'query'])}\nAnswer the question using a single word or phrase.`;
  return { text, answer: answers[0] ?? '', answerType: 'free_form', grading: { answers } };
}

function ocr(record: Fields): Draft {
  const answers = listOf(record.answer).filter((answer) => answer !== '');
  const part = textOf(record, ['category', 'question_type']);
  const grading = { answers, ...(part !== null && { part }) };
  return { text: needed(record, ['question']), answer: answers[0] ?? '', answerType: 'ocr', grading };
}

/** Answers: a list, a list printed as text, or one. */
function listOf(given: unknown): string[] {
  if (Array.isArray(given)) return given.map(String);
  if (typeof given === 'number') return [String(given)];
  if (typeof given !== 'string') return [];
  if (!/^\s*\[[\s\S]*\]\s*$/.test(given)) return [given];
  return optionsOf(given).map(({ text }) => text);
}

function textOf(record: Fields, keys: readonly string[]): string | null {
  const key = keys.find((key) => record[key] !== undefined && record[key] !== null && record[key] !== '');
  const value = key === undefined ? null : record[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function needed(record: Fields, keys: readonly string[]): string {
  const text = textOf(record, keys);
  if (text === null) throw new Refusal(`has no ${keys[0]}`);
  return text;
}
