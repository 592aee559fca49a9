/**
 * What a question is, for every source: embedded generator, imported data set, benchmark.
 * Deliberately absent: pixels (main/tasks renders or loads them) and any notion of a model.
 */
import type { Grading } from './benchmarks/grading.ts';
import type { Kind } from './kinds/kind.ts';

/** The paper's five categories of training data. */
export const CATEGORIES = ['chart', 'math', 'knowledge', 'ocr', 'general'] as const;
/** One of CATEGORIES. */
export type Category = (typeof CATEGORIES)[number];

/** How an answer is judged. */
export interface AnswerKind extends Kind {
  /** What data files call it besides its own name, in lower case with spaces for dashes. */
  readonly aliases: readonly string[];
}

/** Every way to judge an answer (paper.md "Outcome rewards"); names as in the official data. The rules are in main/rewards/outcome. */
export const ANSWER_TYPES = {
  numeric: { title: 'Number', aliases: ['numerical', 'regression', 'integer', 'float', 'number'] },
  choice: { title: 'Choice', aliases: ['multiple choice', 'multi choice', 'mcq'] },
  ocr: { title: 'Text in the picture', aliases: [] },
  free_form: { title: 'Free text', aliases: ['text'] }, // "text": the official data's short text answer
} as const satisfies Record<string, AnswerKind>;
/** A name of ANSWER_TYPES. */
export type AnswerType = keyof typeof ANSWER_TYPES;

/** Splits of the embedded questions: `hard` is out of distribution. */
export const SPLITS = ['train', 'test', 'hard'] as const;
/** One of SPLITS. */
export type Split = (typeof SPLITS)[number];

/** What may name a split of an imported set: train, test, val, testmini, ... Only `train` is trained on. */
export const SPLIT_NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;
/** The split that is trained on; every other one is a benchmark. */
export const TRAINED_SPLIT = 'train';

/**
 * Where the picture comes from: drawn from the scene, or a file of an imported data set (path relative to its folder); or several files,
 * each with its mark `<image N>`, N from 1, in the question's text.
 */
export type ImageSource =
  | { readonly kind: 'scene' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

/** Paths of a question's picture files, in order; none where it is drawn or has none. */
export function imagePaths({ image }: Pick<Question, 'image'>): readonly string[] {
  return image === null || image.kind === 'scene' ? [] : image.kind === 'file' ? [image.path] : image.paths;
}

/** How many pictures a question has. */
export const imageCount = ({ image }: Pick<Question, 'image'>): number =>
  image === null ? 0 : image.kind === 'files' ? image.paths.length : 1;

/** One question. `scene` is the ground truth of embedded ones (its exact type lives in main/tasks), null for imported ones. */
export interface Question {
  readonly id: string; // stable: embedded `chart/test/000123`, imported `<dataset>/<n>`
  readonly category: Category;
  readonly answerType: AnswerType;
  readonly split: string; // a name of SPLITS for embedded ones, else as SPLIT_NAME has it
  readonly template: string; // generator's template name, or the imported problem type
  readonly text: string; // as asked, options included
  readonly answer: string; // ground truth: "7", "B", "cat dog", "a red circle above ..."
  readonly image: ImageSource | null;
  readonly scene: unknown | null;
  readonly grading?: Grading | undefined; // of published benchmarks: what their own rule needs
}

/** A question as events and the database hold it: without what only its grading needs. */
export function toldQuestion({ grading: _, ...told }: Question): Question {
  return told;
}
