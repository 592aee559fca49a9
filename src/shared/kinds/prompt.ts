/** Layouts of the policy's prompt; main/rollouts/prompt.ts writes them. */
import type { Kind } from './kind.ts';

/** A layout. */
export interface PromptKind extends Kind {
  /** Whether it tells the model to think and to answer in tags, which weights trained elsewhere need. */
  readonly instructs: boolean;
  /** Whether its texts are settings. */
  readonly hasOwnTexts: boolean;
}

/** How a question is put to the policy. */
export const PROMPT_STYLES = {
  short: {
    title: 'Short',
    help: 'The question alone, as the embedded models learnt it.',
    instructs: false,
    hasOwnTexts: false,
  },
  template: {
    title: 'Own texts',
    help: 'With system text and format instruction of your own; by default those released, by answer type.',
    instructs: true,
    hasOwnTexts: true,
  },
  official: {
    title: 'Official',
    help: 'With system text and format instruction, for weights trained elsewhere.',
    instructs: true,
    hasOwnTexts: false,
  },
} as const satisfies Record<string, PromptKind>;
/** A name of PROMPT_STYLES. */
export type PromptStyle = keyof typeof PROMPT_STYLES;
