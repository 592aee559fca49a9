/**
 * What a general model is asked when it serves as Thinking Reward Model or annotator: our own words for the paper's five dimensions,
 * one holistic score. The true answer is not in it: the thinking is judged, not whether the answer is right.
 *
 * | preset | as question | as reasoning |
 * |---|---|---|
 * | `paper` | the question's text | the thinking |
 * | `official-code` | `<image> ` and the whole prompt, system text included | the whole response: think tags, final answer; no `$` |
 *
 * `official-code` as verl/workers/reward/custom.py does it (the paper: R^t = f(question, thinking)). The instructions are ours in both,
 * unless the settings reward.judge hold others.
 */

import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { ThinkingRequest } from './source.ts';

const SYSTEM =
  'You grade how well a solver reasoned about a question. You never solve for the solver and never reward a lucky answer.';

const INSTRUCTIONS = `Grade the reasoning below, and only the reasoning: sound thinking with an unlucky slip at the very end is worth more than a right answer reached badly.

Weigh five dimensions:
1. Logical Soundness: each step follows from what is seen or from an earlier step.
2. Correct Reasoning: the right quantities are read and the right operations are applied.
3. Error Identification: there are no false claims, contradictions or made-up facts; mistakes that are noticed are put right.
4. Language Consistency: it stays in one language and is readable.
5. Redundancy: nothing is repeated or beside the point.

Give one overall score out of 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0 (0: worthless, 1.0: flawless). Reply with the score alone, like this: <answer>0.4</answer>`;

/** A chat message of the OpenAI-compatible API. */
export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string | readonly ChatPart[];
}
type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

const OWN_PROMPT = `${INSTRUCTIONS}\n\nQuestion:\n{question}\n\nReasoning to grade:\n{reasoning}`;

/** A judge's texts as the settings reward.judge give them; empty ones are ours. */
export type JudgeSettings = Settings['reward']['judge'];

/** Our own texts. */
export const OWN_JUDGE: JudgeSettings = { systemText: '', prompt: '' };

/** The three parts of the prompt: before the question, between it and the reasoning, behind that. */
function promptParts({ prompt }: JudgeSettings): readonly [before: string, between: string, behind: string] {
  const text = prompt === '' ? OWN_PROMPT : prompt;
  const question = text.indexOf('{question}');
  const reasoning = text.indexOf('{reasoning}', question);
  return [
    text.slice(0, question),
    text.slice(question + '{question}'.length, reasoning),
    text.slice(reasoning + '{reasoning}'.length),
  ];
}

const systemText = (judge: JudgeSettings): string => (judge.systemText === '' ? SYSTEM : judge.systemText);

/** The texts around a question that a model of ours reads as judge, under either preset: its system text, before the question, after it. */
export function judgeTexts(
  { thinking }: Pick<ThinkingRequest, 'thinking'>,
  judge = OWN_JUDGE,
): { system: string; before: string; after: string } {
  const [before, between, behind] = promptParts(judge);
  return { system: systemText(judge), before, after: `${between}${thinking}${behind}` };
}

/** What is put before the judge, by preset. */
const JUDGED = {
  paper: ({ question, thinking }) => ({ asked: question.text, reasoning: thinking, showsFirst: true }),
  'official-code': ({ question, prompt = question.text, response }) => ({
    asked: question.image !== null && !prompt.includes('<image>') ? `<image> ${prompt}` : prompt,
    reasoning: response.replaceAll('$', ''),
    showsFirst: false, // as the released request has it
  }),
} as const satisfies Record<
  RewardPreset,
  (request: ThinkingRequest) => { asked: string; reasoning: string; showsFirst: boolean }
>;

/**
 * The conversation that asks for the score of a thinking. `pngs` are the question's pictures, none for one without: they stand first, in
 * order (last under `official-code`, as the released request has its one); where there are several, the text names them as it did for the policy, `<image N>`.
 */
export function ratingMessages(
  preset: RewardPreset,
  request: ThinkingRequest,
  pngs: readonly Uint8Array[],
  judge = OWN_JUDGE,
): ChatMessage[] {
  const { asked, reasoning, showsFirst } = JUDGED[preset](request);
  const [before, between, behind] = promptParts(judge);
  const text = `${before}${asked}${between}${reasoning}${behind}`;
  const images = pngs.map((png): ChatPart => {
    return { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from(png).toString('base64')}` } };
  });
  return [
    { role: 'system', content: systemText(judge) },
    {
      role: 'user',
      content: showsFirst ? [...images, { type: 'text', text }] : [{ type: 'text', text }, ...images],
    },
  ];
}
