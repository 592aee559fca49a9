/** A response taken apart for reading: its thinking, its answer, and what stands outside both. */

/** The parts, as they were written. */
export interface ResponseParts {
  readonly thinking: string | null;
  readonly answer: string | null;
  /** Text outside the tags: a malformed response shows here. */
  readonly rest: string;
}

/** Splits by the first thinking and the last answer; whatever is missing is null. */
export function responseParts(text: string): ResponseParts {
  const thinking = /<think>([\s\S]*?)(?:<\/think>|$)/.exec(text);
  const after = thinking === null ? text : text.slice(thinking.index + thinking[0].length);
  const answers = [...after.matchAll(/<answer>([\s\S]*?)<\/answer>/g)];
  const answer = answers.at(-1);
  const before = thinking === null ? '' : text.slice(0, thinking.index);
  const outside =
    answer === undefined ? after : after.slice(0, answer.index) + after.slice(answer.index + answer[0].length);
  return {
    thinking: thinking?.[1]?.trim() ?? null,
    answer: answer?.[1]?.trim() ?? null,
    rest: `${before}${outside}`.trim(),
  };
}

/** A response for reading in one piece: its thinking, a line "Answer: ..." and what stands outside, without their tags. */
export function withoutTags(text: string): string {
  const { thinking, answer, rest } = responseParts(text);
  return [thinking, rest === '' ? null : rest, answer === null ? null : `Answer: ${answer}`]
    .filter((part) => part !== null && part !== '')
    .join('\n');
}
