/**
 * Embedded questions from a seed: template, picture, program, look. A question depends only on (seed, split, category, index),
 * never on which questions were made before; the splits draw from different streams of the generator.
 */

import { CATEGORIES, type Category, type Question, type Split } from '../../../../shared/question.ts';
import { entryAt, lastOf } from '../../../../shared/values/list.ts';
import { hash32, Random } from '../../../../shared/values/random.ts';
import { type Look, optionLetter, type Scene } from '../../scene/scene.ts';
import { CHART_TEMPLATES } from './templates/chart.ts';
import type { Template } from './templates/draft.ts';
import { GENERAL_TEMPLATES } from './templates/general.ts';
import { KNOWLEDGE_TEMPLATES } from './templates/knowledge.ts';
import { MATH_TEMPLATES } from './templates/math.ts';
import { OCR_TEMPLATES } from './templates/ocr.ts';

/** The templates of each category. */
export const TEMPLATES = {
  chart: CHART_TEMPLATES,
  math: MATH_TEMPLATES,
  knowledge: KNOWLEDGE_TEMPLATES,
  ocr: OCR_TEMPLATES,
  general: GENERAL_TEMPLATES,
} as const satisfies Record<Category, readonly Template[]>;

/**
 * The index-th question of a split; without a category the categories take turns by index.
 * Same arguments, same question, on every machine: `generateQuestion('test', 7, 0, 'chart').id` is "chart/test/000007".
 */
export function generateQuestion(
  split: Split,
  index: number,
  seed = 0,
  category: Category = entryAt(CATEGORIES, index % CATEGORIES.length, 'category'),
): Question {
  const random = new Random(seed, streamOf(split, category), index * DRAWS_PER_QUESTION);
  const hard = split === 'hard';
  const template = random.weighted(TEMPLATES[category].map((entry: Template) => [entry, entry.weight] as const));
  const draft = template.draw(random, hard);
  const look: Look = { tint: random.int(0, 7), grid: random.chance(0.35), seed: random.int(0, 999_999_999) };
  const last = lastOf(draft.program, 'step');
  const scene: Scene = { picture: draft.picture, look, program: draft.program, options: draft.options };
  return {
    id: questionId(category, split, index, seed),
    category,
    answerType: draft.answerType,
    split,
    template: template.name,
    text:
      draft.options === null
        ? draft.text
        : [draft.text, ...draft.options.map((text, at) => `${optionLetter(at)} ${text}`)].join('\n'),
    answer: last.value,
    image: { kind: 'scene' },
    scene,
  };
}

/** `category/split/index`, with `@seed` where the seed is not 0. */
export function questionId(category: Category, split: Split, index: number, seed = 0): string {
  return `${category}/${split}/${String(index).padStart(6, '0')}${seed === 0 ? '' : `@${seed}`}`;
}

/** The generator's stream of one category of one split. */
export function streamOf(split: Split, category: Category): number {
  return hash32(`question/${split}/${category}`);
}

/** Room in the stream for one question's draws; none takes nearly as many. */
const DRAWS_PER_QUESTION = 4096;
