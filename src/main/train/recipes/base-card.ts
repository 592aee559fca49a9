/** Measures the base model on questions it never saw and writes its model card. */

import { CATEGORIES, type Question, type Split } from '../../../shared/question.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { UNCHANGED } from '../../model/network/sampling.ts';
import type { Weights } from '../../model/network/weights.ts';
import { exactAnswer } from '../../rewards/outcome/exact-answer.ts';
import { outcomeReward } from '../../rewards/outcome/outcome-reward.ts';
import { EMBEDDED, encodeQuestion } from '../../rollouts/encode-question.ts';
import { generateResponses, type Sampler } from '../../rollouts/generate-responses.ts';
import { thinkingOf } from '../../rollouts/thinking-text.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { evaluateQuestions } from '../evaluation/evaluate.ts';
import type { BaseSteps } from './base-steps.ts';

const QUESTIONS = 200; // per category
const UNSEEN = 5_000_000; // first index, far beyond what any stage draws

export interface BaseFigures {
  readonly wellFormed: number;
  readonly greedy: Readonly<Record<string, number>>; // exact accuracy by category and `all`, train distribution
  readonly greedyHard: number;
  readonly sampled: number; // mean outcome reward at temperature 1
  readonly flawedRight: number; // share of right sampled answers whose thinking the rubric puts below 0.7
}

const mean = (values: readonly number[]) => meanOf(values) ?? 0;

function unseen(split: Split): Question[] {
  return CATEGORIES.flatMap((category) =>
    Array.from({ length: QUESTIONS }, (_, i) => generateQuestion(split, UNSEEN + i, 0, category)),
  );
}

/** Figures of the card: greedy accuracy, and format, reward and flaws of sampled responses, all on unseen questions. */
export async function measureBase(
  sampler: Sampler,
  weights: Weights,
  log: (line: string) => void,
): Promise<BaseFigures> {
  const common = { ...EMBEDDED, mode: 'greedy', maxCompletionLength: 64, preset: 'paper', seed: 0 } as const;
  const questions = unseen('train');
  const answers = await evaluateQuestions(sampler, weights, questions, common);
  const right = (list: typeof answers) => mean(list.map((answer) => Number(answer.exact)));
  const greedy: Record<string, number> = { all: right(answers) };
  for (const category of CATEGORIES)
    greedy[category] = right(answers.filter((answer) => answer.questionId.startsWith(`${category}/`)));
  const greedyHard = right(await evaluateQuestions(sampler, weights, unseen('hard'), common));
  const sampled = sampleOnce(sampler, weights, questions);
  const figures = { greedy, greedyHard, ...sampled };
  log(`figures: ${JSON.stringify(figures)}`);
  return figures;
}

function sampleOnce(sampler: Sampler, weights: Weights, questions: readonly Question[]) {
  let wellFormed = 0;
  let reward = 0;
  const rubric: number[] = [];
  for (let from = 0; from < questions.length; from += 100) {
    const batch = questions.slice(from, from + 100);
    const encoded = batch.map((question) => encodeQuestion(sampler, question, EMBEDDED));
    const { responses, features } = generateResponses(sampler, weights, encoded, 1, 64, UNCHANGED, {
      seed: 0,
      step: 0,
    });
    features?.dispose();
    batch.forEach((question, i) => {
      const text = responses[i]!.text;
      const answered = { kind: question.answerType, response: text, truth: question.answer, question: question.text };
      const outcome = outcomeReward({ ...answered, preset: 'paper' });
      wellFormed += Number(outcome.formatValid);
      reward += outcome.reward ?? 0;
      if (exactAnswer(answered) === true) rubric.push(rateThinking(question, thinkingOf(text)).score);
    });
  }
  return {
    wellFormed: wellFormed / questions.length,
    sampled: reward / questions.length,
    flawedRight: mean(rubric.map((score) => Number(score < 0.7))),
  };
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** The model card (README.md of the folder). */
export function baseCard(figures: BaseFigures, steps: BaseSteps, batch: number, minutes: number): string {
  const rows = Object.entries(figures.greedy).map(([name, value]) => `| ${name} | ${percent(value)} |`);
  return `---
license: mit
---
# tiny-vl-base

The policy before reinforcement: Qwen2.5-VL's architecture in small (see config.json), trained from scratch on generated
questions. Made by \`bin/sophia recipe base\` in ${minutes.toFixed(0)} minutes; seeds are fixed in src/main/train/recipes.

## Data
1. vision warm-up, ${steps.warmUp} steps: names the content of each picture cell;
2. ${steps.sound} steps of ${batch} sound demonstrations;
3. ${steps.mixed} steps of ${batch} mixed demonstrations (src/main/tasks/demonstrations/mixture.ts: sound, lazy
   guesses, wrong operations, dropped steps) with 12 % ratings by a careless rater, which give the untrained TRM its biases (lenient, likes length);
4. ${steps.hasty} steps of ${batch} more, hasty at some kinds of question: there a greedy answer is a guess
   although the model can read.

## Figures (${QUESTIONS} unseen questions per category, train distribution; no interval below \u00b1 3 points for a category)
| greedy accuracy | |
| --- | --- |
${rows.join('\n')}
| all, hard split | ${percent(figures.greedyHard)} |

Sampled at temperature 1: mean outcome reward ${figures.sampled.toFixed(3)}, well-formed ${percent(figures.wellFormed)}, right answers reached by
flawed thinking (rubric below 0.7): ${percent(figures.flawedRight)}.

## Limits
It knows only the generated pictures and their controlled English. It serves to try methods, not to answer questions.
`;
}
