/**
 * Probes of what a score must not depend on, made by changing thinkings of embedded questions; 0 is what each figure should be.
 * Markers: "so" or "therefore" put before a sentence, rater(changed) - rater(plain); the rubric as a rater shows its own dependence.
 * Position of a slip: one misreading early against late. What a slip does to the steps after it differs, so the rubric's change is taken off:
 * (rater(late) - rater(early)) - (rubric(late) - rubric(early)).
 */
import type { Question } from '../../shared/question.ts';
import { Random } from '../../shared/random.ts';
import type { Measure } from '../../shared/trm.ts';
import { sayThinking, splitSentences } from '../tasks/claims.ts';
import { formatResponse, writeResponse } from '../tasks/response.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';
import { drawQuestions, type Figure, interval } from './compare-raters.ts';

/** Two versions of a thinking to one question. */
export interface Probe {
  readonly measure: Extract<Measure, 'slip-position' | 'marker-so' | 'marker-therefore'>;
  readonly question: Question;
  readonly plain: string;
  readonly changed: string;
}

/** Misreadings that are tried in search of an early and a late one. */
const TRIES = 12;

/** The probes of embedded questions; one without two places to misread has no probe of the slip's position. */
export function makeProbes(questions: readonly Question[], seed: number): Probe[] {
  return questions.flatMap((question, i) => {
    const random = new Random(seed, `probe ${i}`);
    const { thinking } = writeResponse(question, 'sound', random);
    const sentences = splitSentences(thinking);
    const at = random.int(0, sentences.length - 2); // never the conclusion, which has its "so"
    const marked = (word: string) =>
      sayThinking(sentences.map((sentence, n) => (n === at ? `${word} ${sentence}` : sentence)));
    const markers = (['so', 'therefore'] as const).map((word) => ({
      measure: `marker-${word}` as const,
      question,
      plain: thinking,
      changed: marked(word),
    }));
    const slip = slipProbe(question, random);
    return slip === null ? markers : [...markers, slip];
  });
}

/** The earliest against the latest of some misreadings, by the place of the first sentence that the rubric finds wrong. */
function slipProbe(question: Question, random: Random): Probe | null {
  const slips = Array.from({ length: TRIES }, () => {
    const { thinking } = writeResponse(question, 'misread', random);
    const place = rateThinking(question, thinking).steps.findIndex((step) => step.label === 'wrong');
    return { thinking, place };
  })
    .filter((slip) => slip.place >= 0)
    .sort((a, b) => a.place - b.place);
  const [early, late] = [slips[0], slips.at(-1)];
  if (early === undefined || late === undefined || early.place === late.place) return null;
  return { measure: 'slip-position', question, plain: early.thinking, changed: late.thinking };
}

/** What a rater is asked for a thinking of a probe. */
export function probeRequest(question: Question, thinking: string) {
  return { question, thinking, response: formatResponse(thinking, question.answer) };
}

/** The mean of each kind of probe, from a rater's scores of [plain, changed] in the probes' order; pairs without both are left out. */
export function probeFigures(
  probes: readonly Probe[],
  rater: string,
  scores: readonly (readonly [number | null, number | null])[],
  seed = 0,
): Figure[] {
  const measures = [...new Set(probes.map((probe) => probe.measure))];
  return measures.map((measure) => {
    const changes = probes.flatMap((probe, i) => {
      const [plain, changed] = scores[i]!;
      if (probe.measure !== measure || plain === null || changed === null) return [];
      return [changed - plain - expectedChange(probe)];
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const value = changes.length === 0 ? null : mean(changes);
    const drawn = drawQuestions(changes.length, seed, (places) => mean(places.map((place) => changes[place]!)));
    return { rater, versus: '', measure, part: '', value, ...interval(drawn), count: changes.length };
  });
}

/** What the score should change by. */
function expectedChange({ measure, question, plain, changed }: Probe): number {
  if (measure !== 'slip-position') return 0;
  return rateThinking(question, changed).score - rateThinking(question, plain).score;
}
