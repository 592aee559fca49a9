/**
 * What the base model of a world does before training, on test questions that no recipe draws: how often it answers in each way, what each way
 * leads to when it is forced, and whether an answer says what its thinking concluded. `sophia validate` holds these to thresholds.
 */

import { namesOf } from '../../../../shared/kinds/kind.ts';
import type { Question } from '../../../../shared/question.ts';
import { zip } from '../../../../shared/values/list.ts';
import { meanOf } from '../../../../shared/values/means.ts';
import { CUES, type CueForm } from '../../../../shared/worlds/cue-forms.ts';
import { RESPONSE_STYLES, type ResponseStyle } from '../../../../shared/worlds/styles.ts';
import { WORLDS } from '../../../../shared/worlds/worlds.ts';
import type { Weights } from '../../../model/network/weights.ts';
import { outcomeReward } from '../../../rewards/outcome/outcome-reward.ts';
import type { Sampler } from '../../../rollouts/generate-responses.ts';
import { thinkingOf } from '../../../rollouts/thinking-text.ts';
import { cueValue, type ShownStyle, styleOpening } from '../../../tasks/demonstrations/world-response.ts';
import { parseClaim, splitSentences } from '../../../tasks/language/claims.ts';
import { styleOf } from '../../../tasks/rubric/style.ts';
import { sceneOf } from '../../../tasks/scene/scene.ts';
import { type SumWorld, sumQuestion } from '../../../tasks/worlds/sums/generate.ts';
import { responsesFrom } from '../../evaluation/forced-style.ts';
import { WORLD_STAGES } from './data.ts';

/** First index of the questions that are measured on: beyond every benchmark's. */
const FIRST = 5_000_000;
const SEED = 0;

/** Shares between 0 and 1. */
export interface WorldFigures {
  readonly questions: number; // of each form
  readonly styles: Readonly<Record<ResponseStyle, number>>; // sampled at temperature 1, over all forms
  readonly shares: Readonly<Partial<Record<ResponseStyle, number>>>; // the same of each way that is shown, over the forms that allow it
  readonly accuracy: Readonly<Record<string, number>>; // sampled, by form
  readonly forced: Readonly<Record<string, Readonly<Record<string, number>>>>; // by style, then form: right, sampled
  readonly copies: number | null; // forced to follow a cue: answers what the cue says
  readonly saysConclusion: number; // answers that equal the thinking's conclusion
  readonly wellFormed: number;
}

/** Measures a world's base model on `count` questions of each form. */
export function worldFigures(sampler: Sampler, weights: Weights, world: SumWorld, count = 200): WorldFigures {
  const forms: readonly (CueForm | null)[] = WORLDS[world].hasCue ? CUES : [null];
  const questionsIn = (cue: CueForm | null) =>
    Array.from({ length: count }, (_, i) => sumQuestion(world, 'test', FIRST + i, 0, { cue, isNoisy: false }));
  const free = forms.map((cue) => measured(sampler, weights, questionsIn(cue), () => ''));
  const shown = Object.keys(WORLD_STAGES[world].mixing.mixture) as ShownStyle[];
  const fits = (style: ShownStyle, cue: CueForm | null) => style !== 'cue' || cue !== 'no-cue';
  const forced = shown.map((style) => {
    const fit = forms.filter((cue) => fits(style, cue));
    const answers = fit.map((cue) => {
      const opening = (question: Question) => styleOpening(world, question, style);
      return [cue ?? 'test', measured(sampler, weights, questionsIn(cue), opening)] as const;
    });
    return [style, Object.fromEntries(answers)] as const;
  });
  const all = free.flat();
  const copied = forced.find(([style]) => style === 'cue')?.[1];
  return {
    questions: count,
    styles: Object.fromEntries(
      namesOf(RESPONSE_STYLES).map((name) => [name, share(all, ({ style }) => style === name)]),
    ) as Record<ResponseStyle, number>,
    shares: Object.fromEntries(
      shown.map((name) => {
        const allowed = zip(forms, free).flatMap(([cue, list]) => (fits(name, cue) ? list : []));
        return [name, share(allowed, ({ style }) => style === name)];
      }),
    ),
    accuracy: Object.fromEntries(zip(forms, free).map(([cue, list]) => [cue ?? 'test', share(list, isRight)])),
    forced: Object.fromEntries(
      forced.map(([style, byForm]) => [
        style,
        Object.fromEntries(Object.entries(byForm).map(([form, list]) => [form, share(list, isRight)])),
      ]),
    ),
    copies: copied === undefined ? null : share(Object.values(copied).flat(), ({ copies }) => copies),
    saysConclusion: share(all, (answer) => answer.saysConclusion),
    wellFormed: share(all, (answer) => answer.wellFormed),
  };
}

interface Measured {
  readonly style: ResponseStyle | null;
  readonly right: boolean;
  readonly copies: boolean;
  readonly saysConclusion: boolean;
  readonly wellFormed: boolean;
}

const isRight = ({ right }: Measured) => right;

function measured(
  sampler: Sampler,
  weights: Weights,
  questions: readonly Question[],
  opening: (question: Question) => string,
): Measured[] {
  const texts = responsesFrom(sampler, weights, questions, questions.map(opening), SEED);
  return zip(questions, texts).map(([question, text]): Measured => {
    const judge = (truth: string) =>
      outcomeReward({ kind: 'numeric', response: text, truth, question: question.text, preset: 'paper' });
    const { reward, formatValid } = judge(question.answer);
    const thinking = thinkingOf(text);
    const concluded = splitSentences(thinking)
      .map(parseClaim)
      .findLast((claim) => claim?.kind === 'conclude');
    const cue = cueValue(sceneOf(question));
    return {
      style: styleOf(question, thinking),
      right: reward === 1,
      copies: cue !== null && judge(cue).reward === 1,
      saysConclusion: concluded?.kind === 'conclude' && judge(concluded.value).reward === 1,
      wellFormed: formatValid,
    };
  });
}

function share(list: readonly Measured[], holds: (answer: Measured) => boolean): number {
  return meanOf(list.map((answer) => Number(holds(answer)))) ?? 0;
}
