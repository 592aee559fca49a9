/** Layouts of the policy's prompt; main/rollouts/prompt.ts writes them. */
import type { KindTable } from './kind.ts';

/** How a question is put to the policy. */
export const PROMPT_STYLES = {
  short: { title: 'Short', help: 'The question alone: the embedded models.' },
  official: { title: 'Official', help: 'System text and format instruction: real Qwen2.5-VL weights.' },
} as const satisfies KindTable;
/** A name of PROMPT_STYLES. */
export type PromptStyle = keyof typeof PROMPT_STYLES;
