/**
 * The rules of published benchmarks: whether a response is right. Facts are those of VLMEvalKit and, for MathVista's numbers, of its own
 * calculate_score.py; test/fixtures/benchmarks holds what their code says of hand-made answers. Where they ask a language model to find the
 * answer in a response, a rule stands here: the text between answer tags, else what follows the thinking; of it the last number where a
 * number is asked for. MathVerse's judge is a language model throughout: its free answers are compared by value as rewards are.
 */
import type { Grading } from '../../../shared/benchmarks/grading.ts';
import type { BenchmarkName } from '../../../shared/benchmarks/published.ts';
import { equalAnswers } from '../outcome/math/equal-answers.ts';
import { inferChoice } from './choice-in-text.ts';
import { pythonFloat, pythonRound } from './python-numbers.ts';
import { yesOrNo } from './yes-or-no.ts';

/** Judges the final answer of a response to one question. */
type Rule = (prediction: string, truth: string, grading: Grading) => boolean;

/** ChartQA: how far off a number may be, as a share of the true one. */
const RELAXED = 0.05;
const HANDWRITTEN_MATH = 'Handwritten Mathematical Expression Recognition';

const choice: Rule = (prediction, truth, { choices = {} }) => inferChoice(prediction, choices) === truth;

const RULES: Readonly<Record<BenchmarkName, Rule>> = {
  mmbench: choice,
  mmstar: choice,
  mmmu: (prediction, truth, grading) => {
    if (grading.choices !== undefined) return choice(prediction, truth, grading);
    // An open question becomes a choice between its answer and anything else.
    const answers = grading.answers ?? [truth];
    return answers.some((answer) => inferChoice(prediction, { A: answer, B: 'Other Answers' }) === 'A');
  },
  mathvista: (prediction, truth, grading) => {
    if (grading.choices !== undefined) return choice(prediction, truth, grading);
    const found = numberIn(prediction);
    switch (grading.type) {
      case 'integer':
        return found !== null && Math.trunc(found) === Number(truth);
      case 'float': {
        const digits = grading.precision ?? 0;
        return found !== null && pythonRound(found, digits) === pythonRound(Number(truth), digits);
      }
      case 'list':
        return (/\[[^\]]*\]/.exec(prediction)?.[0] ?? prediction).replace(/\s/g, '') === truth.replace(/\s/g, '');
      default:
        return prediction.trim() === truth.trim();
    }
  },
  mathverse: (prediction, truth, grading) => {
    if (grading.choices !== undefined) return choice(prediction, truth, grading);
    return prediction.trim() === truth.trim() || equalAnswers(prediction, truth);
  },
  chartqa: (prediction, truth, { answers = [truth] }) =>
    answers.some((answer) => isRelaxedEqual(prediction.trim(), answer)),
  mme: (prediction, truth) => yesOrNo(prediction) === truth,
  ocrbench: (prediction, truth, { answers = [truth], part }) => {
    const plain =
      part === HANDWRITTEN_MATH
        ? (text: string) => text.trim().replaceAll('\n', ' ').replaceAll(' ', '')
        : (text: string) => text.toLowerCase().trim().replaceAll('\n', ' ');
    return answers.some((answer) => plain(prediction).includes(plain(answer)));
  },
};

/** Whether a response answers a benchmark's question right, by the benchmark's rule. */
export function isRight(response: string, truth: string, grading: Grading): boolean {
  return RULES[grading.benchmark](finalAnswer(response), truth, grading);
}

/** What of a response is judged: the last text between answer tags, else what follows the thinking, else all of it. */
export function finalAnswer(response: string): string {
  const spoken = response.slice(response.lastIndexOf('</think>') + (response.includes('</think>') ? 8 : 1));
  const tagged = [...spoken.matchAll(/<answer>([\s\S]*?)(?:<\/answer>|$)/g)].at(-1)?.[1];
  return tagged ?? spoken;
}

/** ChartQA's relaxed correctness (pix2struct): numbers within 5 % of a true one that is not 0, else texts equal but for case. */
function isRelaxedEqual(prediction: string, answer: string): boolean {
  const [found, wanted] = [percentOrNumber(prediction), percentOrNumber(answer)];
  if (found !== null && wanted !== null && wanted !== 0) return Math.abs(found - wanted) / Math.abs(wanted) <= RELAXED;
  return prediction.toLowerCase() === answer.toLowerCase();
}

function percentOrNumber(text: string): number | null {
  if (!text.endsWith('%')) return pythonFloat(text);
  const share = pythonFloat(text.replace(/%+$/, ''));
  return share === null ? null : share / 100;
}

/** The number that a response is, else the last one in it. */
function numberIn(text: string): number | null {
  const plain = pythonFloat(text);
  if (plain !== null) return plain;
  const last = [...text.matchAll(/-?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?/g)].at(-1)?.[0];
  return last === undefined ? null : pythonFloat(last.replaceAll(',', ''));
}
