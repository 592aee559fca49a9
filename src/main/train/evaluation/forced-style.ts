/**
 * Responses whose way of answering is chosen for the model: its first words are given, the rest is its own. What a way of answering leads to is
 * then known by itself, however often the model takes it.
 */
import type { Question } from '../../../shared/question.ts';
import { entryAt } from '../../../shared/values/list.ts';
import { withText } from '../../model/network/prefix.ts';
import { UNCHANGED } from '../../model/network/sampling.ts';
import type { Weights } from '../../model/network/weights.ts';
import { EMBEDDED, encodeQuestion } from '../../rollouts/encode-question.ts';
import { generateResponses, type Sampler } from '../../rollouts/generate-responses.ts';

const MOST_TOKENS = 64;
const AT_ONCE = 100;

/** A response to each question, drawn at temperature 1, that begins with the text given for it ('' for none). */
export function responsesFrom(
  sampler: Sampler,
  weights: Weights,
  questions: readonly Question[],
  openings: readonly string[],
  seed: number,
): string[] {
  const texts: string[] = [];
  for (let from = 0; from < questions.length; from += AT_ONCE) {
    const encoded = questions.slice(from, from + AT_ONCE).map((question, i) => {
      const plain = encodeQuestion(sampler, question, EMBEDDED);
      const opening = entryAt(openings, from + i, 'opening');
      return opening === '' ? plain : { ...plain, prompt: withText(plain.prompt, sampler.tokenizer.encode(opening)) };
    });
    const drawn = generateResponses(sampler, weights, encoded, 1, MOST_TOKENS, UNCHANGED, { seed, step: 0 });
    drawn.features?.dispose();
    drawn.responses.forEach(({ text }, i) => {
      texts.push(`${entryAt(openings, from + i, 'opening')} ${text}`.trim());
    });
  }
  return texts;
}
