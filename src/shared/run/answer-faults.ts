/**
 * Why an answer could not be read, declared once: the reason that a response is told, and the metric that counts it. A response without an
 * answer that can be read has the reward 0 like a wrong one; only these figures tell both apart.
 */

/** A fault. */
export interface AnswerFault {
  readonly reason: string; // as outcomeReason tells it, or how it ends
  readonly title: string; // of its metric
}

/** Every fault, by the last part of its metric's name. */
export const ANSWER_FAULTS = {
  no_think: { reason: 'does not start with <think>', title: 'No <think> at the start' },
  no_think_end: { reason: 'no </think>', title: 'Thinking not closed' },
  no_answer: { reason: 'no <answer> after </think>', title: 'No <answer>' },
  no_answer_end: { reason: 'no </answer>', title: 'Answer not closed' },
  several_answers: { reason: 'more than one <answer> after the thinking', title: 'Several answers' },
  unreadable: { reason: 'holds no value that can be read', title: 'No value in the answer' },
} as const satisfies Record<string, AnswerFault>;

/** A name of ANSWER_FAULTS. */
export type AnswerFaultName = keyof typeof ANSWER_FAULTS;

/** The fault that a reason tells; null for an answer that was read, whatever it was worth. */
export function faultOf(outcomeReason: string): AnswerFaultName | null {
  const names = Object.keys(ANSWER_FAULTS) as AnswerFaultName[];
  return names.find((name) => outcomeReason.endsWith(ANSWER_FAULTS[name].reason)) ?? null;
}
