/**
 * Probes of what a score must not depend on, made by changing thinkings of embedded questions; 0 is what each figure should be.
 * Markers: "so" or "therefore" put before a sentence, rater(changed) - rater(plain); the rubric as a rater shows its own dependence.
 * Position of a slip: one misreading early against late. What a slip does to the steps after it differs, so the rubric's change is taken off:
 * (rater(late) - rater(early)) - (rubric(late) - rubric(early)).
 */

import { meanSimple } from 'simple-statistics';
import type { Question } from '../../../shared/question.ts';
import type { Measure } from '../../../shared/trm/measures.ts';
import { entryAt, lastOf } from '../../../shared/values/list.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { Random } from '../../../shared/values/random.ts';
import { formatResponse, writeResponse } from '../../tasks/demonstrations/response.ts';
import { sayThinking, splitSentences } from '../../tasks/language/claims.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
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

/** A rater's scores of [plain, changed] in the probes' order. */
export type ProbeScores = readonly (readonly [number | null, number | null])[];

/**
 * The mean of each kind of probe for each rater, and its difference to the last rater's on the probes that both scored, each with its interval;
 * pairs without both scores are left out.
 */
export function compareProbes(
  probes: readonly Probe[],
  scores: Readonly<Record<string, ProbeScores>>,
  seed = 0,
): Figure[] {
  const measures = [...new Set(probes.map((probe) => probe.measure))];
  const raters = Object.keys(scores);
  const last = lastOf(raters, 'rater');
  return measures.flatMap((measure) => {
    const places = probes.flatMap((probe, i) => (probe.measure === measure ? [i] : []));
    const of = (rater: string) =>
      places.map((i) => changeOf(entryAt(probes, i, 'probe'), entryAt(scores[rater] ?? [], i, 'score of a probe')));
    const base = of(last);
    return raters.flatMap((rater) => {
      const own = of(rater);
      const figure = { rater, versus: '', measure, part: '', ...meanWithInterval(own, seed) };
      if (rater === last) return [figure];
      const gaps = own.map((change, i) => (change === null || base[i] == null ? null : change - base[i]));
      return [figure, { ...figure, versus: last, ...meanWithInterval(gaps, seed) }];
    });
  });
}

/** What a rater's score changed by beyond what it should; null without both scores. */
function changeOf(probe: Probe, [plain, changed]: ProbeScores[number]): number | null {
  return plain === null || changed === null ? null : changed - plain - expectedChange(probe);
}

function meanWithInterval(changes: readonly (number | null)[], seed: number) {
  const known = changes.filter((change) => change !== null);
  const drawn = drawQuestions(known.length, seed, (places) =>
    meanSimple(places.map((place) => entryAt(known, place, 'change'))),
  );
  return { value: meanOf(known), ...interval(drawn), count: known.length };
}

/** What the score should change by. */
function expectedChange({ measure, question, plain, changed }: Probe): number {
  if (measure !== 'slip-position') return 0;
  return rateThinking(question, changed).score - rateThinking(question, plain).score;
}
