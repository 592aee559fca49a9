/** Chosen groups of responses as HTML: question, pictures, and each different response once, with the numbers that entered its reward. */
import katex from 'katex';
import { responseParts } from '../../../shared/text/response-parts.ts';
import { richText } from '../../../shared/text/rich-text.ts';
import { fixed } from '../../store/table/formats/number-text.ts';
import type { EqualResponses, ReportGroup } from './chosen-rollouts.ts';
import { html, Markup } from './html.ts';
import { typographic } from './number-words.ts';

/** Formulas as MathML, which browsers draw with neither a script nor a font of ours. */
const mathMl = (tex: string, displayMode: boolean): string =>
  katex.renderToString(tex, {
    output: 'mathml',
    displayMode,
    throwOnError: false,
    strict: 'ignore',
    trust: false,
    maxExpand: 500,
  });

/** Markdown and formulas of a text that anyone may have written. */
export const richMarkup = (text: string): Markup => new Markup(`<div class="text">${richText(text, mathMl)}</div>`);

const number = (value: number | null, digits: number): string =>
  value === null ? '–' : typographic(fixed(value, digits));

/** One group. */
export function rolloutGroup({ run, step, questionId, question, pictures, responses }: ReportGroup): Markup {
  const [first] = responses[0]?.rows ?? [];
  const total = responses.reduce((sum, { rows }) => sum + rows.length, 0);
  return html`<section class="group"><h3>${run.variant}, seed ${run.seed}, step ${step}</h3>
<div class="asked">${pictures.map((source, i) => html`<img src="${source}" alt="Picture${pictures.length > 1 && ` ${i + 1}`} of question ${questionId}">`)}<div>${question === null ? html`<p class="faint">Only the name of this question is known.</p>` : richMarkup(question.text)}
${question !== null && html`<p>Reference answer: <b>${question.answer}</b></p>`}
<p class="small faint"><span class="mono">${questionId}</span>; ${total} responses${responses.length < total && `, ${responses.length} different`}${first !== undefined && first.gamma !== null && html`; gamma ${number(first.gamma, 3)}, mu_c ${number(first.muC, 3)}, mu_w ${number(first.muW, 3)}, decay ${number(first.decay, 3)}`}</p></div></div>
${responses.map(response)}</section>`;
}

function response({ rows }: EqualResponses): Markup | null {
  const [first] = rows;
  if (first === undefined) return null;
  const { thinking, answer, rest } = responseParts(first.text);
  const judged = first.exact === null ? 'not judged' : first.exact ? '✓ right' : '✕ wrong';
  const kind = first.exact === null ? '' : first.exact ? ' right' : ' wrong';
  const numbers = [
    `Rᵒ ${number(first.outcomeReward, 2)}`,
    first.thinkingReward === null ? null : `Rᵗ ${number(first.thinkingReward, 2)}`,
    first.rubricScore === null ? null : `rubric ${number(first.rubricScore, 2)}`,
    `R ${number(first.reward, 3)}`,
    `A ${number(first.advantage, 2)}`,
    `${first.tokens} tokens${first.truncated ? ', truncated' : ''}`,
  ].filter((text) => text !== null);
  return html`<article class="response${kind}"><header><b>${judged}</b>${rows.length > 1 && html` <b>× ${rows.length}</b>`} #${rows.map(({ sample }) => sample + 1).join(', #')}; ${numbers.join(', ')}</header>
${thinking === null ? html`<p class="faint">no thinking</p>` : richMarkup(thinking)}${rest !== '' && richMarkup(rest)}
<p>Answer: <b>${answer ?? 'none'}</b></p></article>`;
}
