/**
 * What limits each category of the everyday world: how often the base model is right as it answers, and how often when the whole sound thinking
 * is given and only the answer is its own. Prints the table of docs/worlds.md. `node scripts/run.mjs scripts/docs/everyday-limits.ts`
 */
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import { createSampler } from '../../src/main/rollouts/generate-responses.ts';
import { markdownGrid } from '../../src/main/store/table/formats/markdown.ts';
import { writeResponse } from '../../src/main/tasks/demonstrations/response.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { responsesFrom } from '../../src/main/train/evaluation/forced-style.ts';
import { judgedAnswer } from '../../src/main/train/evaluation/judged-answer.ts';
import { CATEGORIES, type Question } from '../../src/shared/question.ts';
import { Random } from '../../src/shared/values/random.ts';

const COUNT = 100;
/** Beyond every benchmark's and recipe's questions. */
const FIRST = 5_000_000;

await useBackend('auto', { threads: 1 });
const model = loadModel(modelFolder('tiny-vl-base'));
const generator = createGenerator(model.config);
const sampler = createSampler(model, generator);
const rows = CATEGORIES.flatMap((category) =>
  (['test', 'hard'] as const).map((split) => {
    const questions = Array.from({ length: COUNT }, (_, i) => generateQuestion(split, FIRST + i, 0, category));
    const free = responsesFrom(
      sampler,
      model.weights,
      questions,
      questions.map(() => ''),
      0,
    );
    const openings = questions.map((question, i) => sound(question, i));
    const led = responsesFrom(sampler, model.weights, questions, openings, 0);
    return [category, split, right(questions, free), right(questions, led)];
  }),
);
generator.dispose();
process.stdout.write(markdownGrid(['Category', 'split', 'as it answers', 'sound thinking given'], rows));

/** The whole of a sound thinking, up to where the answer begins. */
function sound(question: Question, index: number): string {
  const { thinking } = writeResponse(question, 'sound', new Random(1, index));
  return `<think> ${thinking} </think> <answer>`;
}

/** Exactly right answers in percent. */
function right(questions: readonly Question[], texts: readonly string[]): string {
  const count = questions.filter(
    (question, i) => judgedAnswer(question, texts[i] ?? '', 'paper')?.exact === true,
  ).length;
  return ((100 * count) / questions.length).toFixed(0);
}
