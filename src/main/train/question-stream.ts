/**
 * Which questions a step trains on: a pure function of (settings, step), so a resumed run sees what the uninterrupted one would have.
 * The same seed gives every variant of a study the same questions (runs are compared paired).
 */
import { SophiaError } from '../../shared/errors.ts';
import { type Question, TRAINED_SPLIT } from '../../shared/question.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { Random } from '../../shared/values/random.ts';
import { generateQuestion } from '../tasks/worlds/everyday/generate.ts';
import { type SumWorld, trainingSum } from '../tasks/worlds/sums/generate.ts';

/** Embedded training questions of seed s live in the generator's stream s + 1; stream 0 made the embedded models. */
const FIRST_STREAM = 1;
const MOST_TRIES = 1000;

/** The questions of a step (counting from 1). `imported` holds the questions of an imported set, null for embedded ones. */
export function stepQuestions(settings: Settings, step: number, imported: readonly Question[] | null): Question[] {
  const count = settings.training.questionsPerStep;
  const first = (step - 1) * count;
  if (imported !== null) return importedQuestions(settings, imported, first, count);
  const { world } = settings.data;
  return Array.from({ length: count }, (_, i) =>
    world === 'everyday' ? embeddedQuestion(settings, first + i) : sumQuestionOf(world, settings, first + i),
  );
}

function sumQuestionOf(world: SumWorld, { data, seed }: Settings, index: number): Question {
  if (!data.categories.includes('math') || !data.answerTypes.includes('numeric'))
    throw new SophiaError(
      'usage',
      `data.categories and data.answerTypes leave no question of the world ${world}.`,
      'Its questions are of category math and answer type numeric.',
    );
  return trainingSum(world, index, seed + FIRST_STREAM, data);
}

function embeddedQuestion({ data, seed }: Settings, index: number): Question {
  const { categories, answerTypes } = data;
  const offset = new Random(seed, 'categories', Math.floor(index / categories.length)).int(0, categories.length - 1);
  const category = categories[(index + offset) % categories.length]!;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    // Tries of one index lie far from those of any other.
    const question = generateQuestion('train', index * MOST_TRIES + attempt, seed + FIRST_STREAM, category);
    if (answerTypes.includes(question.answerType)) return question;
  }
  throw new SophiaError(
    'usage',
    `data.answerTypes = ${answerTypes.join(', ')} leaves no question in category ${category}.`,
    'Allow more answer types or drop the category.',
  );
}

/** What of an imported set is trained on: its split `train`, of the wanted categories and answer types. */
export function trainedQuestions({ data }: Pick<Settings, 'data'>, all: readonly Question[]): Question[] {
  return all.filter(
    ({ split, category, answerType }) =>
      split === TRAINED_SPLIT && data.categories.includes(category) && data.answerTypes.includes(answerType),
  );
}

/** Goes through what of an imported set is trained on, in a new order each epoch. */
function importedQuestions(
  { data, seed }: Settings,
  all: readonly Question[],
  first: number,
  count: number,
): Question[] {
  const kept = trainedQuestions({ data }, all);
  if (kept.length === 0)
    throw new SophiaError(
      'usage',
      `Data set "${data.source}" has no question to train on (split "${TRAINED_SPLIT}") of the wanted categories and answer types.`,
      'Other splits are benchmarks (evaluation.benchmarks: [NAME/SPLIT]); import with --split train to train on all.',
    );
  const orders = new Map<number, readonly Question[]>();
  return Array.from({ length: count }, (_, i) => {
    const epoch = Math.floor((first + i) / kept.length);
    const order = orders.get(epoch) ?? new Random(seed, 'epoch', epoch * kept.length).shuffle(kept);
    orders.set(epoch, order);
    return order[(first + i) % kept.length]!;
  });
}
