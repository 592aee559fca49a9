/** Whether a numeric answer is the true one by value: the rule of preset `paper`, held to Math-Verify's and mathruler's judgements. */
import { equalValues } from './equal-values.ts';
import { lastBox, looseReadings, mathReadings } from './read/find-math.ts';

const PLAIN_INTEGER = /^[-+]?\d+$/;

/** True when `given` states the value of `truth`; never for an empty answer. */
export function equalAnswers(given: string, truth: string): boolean {
  const [answer, wanted] = [normalText(given), normalText(truth)];
  if (answer === '') return false;
  if (answer === wanted || (words(wanted) !== null && words(answer) === words(wanted))) return true;
  if (PLAIN_INTEGER.test(answer) && PLAIN_INTEGER.test(wanted)) return BigInt(answer) === BigInt(wanted);
  const wantedReadings = mathReadings(truth);
  const givenReadings = [...mathReadings(given), ...looseReadings(given)];
  return wantedReadings.some((value) => givenReadings.some((other) => equalValues(value, other)));
}

/** A text of letters alone without its LaTeX and brackets, in small letters: \boxed{\text{(C)}} is c; null for anything else. */
function words(text: string): string | null {
  const bare = (lastBox(text) ?? text)
    .replace(/\\?(?:boxed|text|mathrm|textbf|mathbf|mbox)(?=\{)|[{}()[\].]|\\[()[\]]/g, '')
    .toLowerCase();
  return /^\p{L}+$/u.test(bare) ? bare : null;
}

/** What is written alike is alike, also where it is no mathematics: white space made single, dollars and a leading plus gone. */
function normalText(text: string): string {
  return text
    .replace(/[⁺⁻]?[⁰¹²³⁴-⁹]+/gu, (signs) => `^{${signs.normalize('NFKC').replace('−', '-')}}`) // 3² is not 32
    .replace(/[₀-₉]+/gu, (signs) => `_{${signs.normalize('NFKC')}}`)
    .normalize('NFKC')
    .replaceAll('$', '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\+(?=\d)/, '');
}
