/** The thinking of a response, and the text by which a TRM is asked for its score. Texts only, no model. */
import { firstPart } from '../../shared/text/first-part.ts';

/**
 * The thinking of a response: what stands between the think tags, or everything before the answer where a tag is
 * missing.
 */
export function thinkingOf(response: string): string {
  const inner = /<think>([\s\S]*?)<\/think>/.exec(response)?.[1];
  return (inner ?? firstPart(response, '<answer>').replace(/<\/?think>/g, '')).trim();
}

/** What a TRM reads after image and question: the thinking alone (never the answer), then what the chat template puts around "rate". */
export function ratingText(thinking: string, after: string): string {
  return `<think> ${thinking} </think> ${after}`;
}
