/**
 * The filters of the rollouts page as SQL conditions, and a user's search text as a query of the full-text index.
 */

import { EXACT_ALONE } from '../../exact-on-reading.ts';

/** Which responses. Everything given must hold. Without runs and study: all runs that are neither trashed nor cut off. */
export interface ResponseFilter {
  readonly runIds?: readonly number[] | undefined;
  readonly studyId?: number | undefined;
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  readonly question?: string | undefined; // a question's name
  readonly exact?: boolean | undefined; // right by the answer type's own rule, or wrong
  readonly outcomeFrom?: number | undefined; // outcome reward >= this
  readonly outcomeBelow?: number | undefined; // outcome reward < this
  readonly thinkingFrom?: number | undefined; // thinking reward >= this
  readonly thinkingBelow?: number | undefined; // thinking reward < this
  readonly thinkingAbove?: number | undefined; // thinking reward > this
  readonly gammaBelow1?: boolean | undefined;
  readonly text?: string | undefined; // words, "phrases in quotes"; the last word may be a beginning
}

/** The conditions after `WHERE p.run_id = ...`, with named values. */
export function responseConditions(
  filter: ResponseFilter,
  questionIds: readonly number[],
): { sql: string; values: Record<string, unknown> } {
  const values: Record<string, unknown> = {};
  const parts: string[] = [];
  const add = (condition: string, name: string, value: unknown): void => {
    parts.push(`AND ${condition}`);
    values[name] = value;
  };
  if (filter.fromStep !== undefined) add('p.step >= @minStep', 'minStep', filter.fromStep);
  if (filter.toStep !== undefined) add('p.step <= @maxStep', 'maxStep', filter.toStep);
  if (filter.question !== undefined)
    add('p.question_id IN (SELECT value FROM json_each(@questions))', 'questions', JSON.stringify(questionIds));
  if (filter.exact !== undefined) parts.push(`AND ${EXACT_ALONE} = ${filter.exact ? 1 : 0}`);
  if (filter.outcomeFrom !== undefined) add('p.outcome_reward >= @outcomeFrom', 'outcomeFrom', filter.outcomeFrom);
  if (filter.outcomeBelow !== undefined) add('p.outcome_reward < @outcomeBelow', 'outcomeBelow', filter.outcomeBelow);
  if (filter.thinkingFrom !== undefined) add('p.thinking_reward >= @thinkingFrom', 'thinkingFrom', filter.thinkingFrom);
  if (filter.thinkingBelow !== undefined)
    add('p.thinking_reward < @thinkingBelow', 'thinkingBelow', filter.thinkingBelow);
  if (filter.thinkingAbove !== undefined)
    add('p.thinking_reward > @thinkingAbove', 'thinkingAbove', filter.thinkingAbove);
  if (filter.gammaBelow1 === true) parts.push('AND p.gamma < 1');
  return { sql: parts.join(' '), values };
}

/** Shorter beginnings than this match too much to be of use. */
const SHORTEST_BEGINNING = 3;

/**
 * The full-text query: every word and phrase of the text, within the runs or the study; null when the text holds no word. With
 * `unfinished` the last word may be the beginning of one (slow for beginnings of very common words: all their places are merged first).
 */
export function wordQuery(filter: ResponseFilter, unfinished = false): string | null {
  const parts = [...(filter.text ?? '').matchAll(/"([^"]*)"?|[^\s"]+/g)].map((match) => ({
    text: match[1] ?? match[0],
    phrase: match[1] !== undefined,
  }));
  const words = parts.filter((part) => /[\p{L}\p{N}]/u.test(part.text));
  if (words.length === 0) return null;
  const quoted = words.map((word) => `"${word.text.replaceAll('"', '""')}"`);
  const last = words.at(-1)!;
  if (unfinished && !last.phrase && last.text.length >= SHORTEST_BEGINNING) quoted.push(`${quoted.pop()} *`);
  const text = `{text} : (${quoted.join(' AND ')})`;
  if (filter.runIds !== undefined)
    return `${text} AND {scope} : (${filter.runIds.length === 0 ? 'none' : filter.runIds.map((id) => `r${id}`).join(' OR ')})`;
  return filter.studyId === undefined ? text : `${text} AND {scope} : s${filter.studyId}`;
}
