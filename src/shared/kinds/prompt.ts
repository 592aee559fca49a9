/** Layouts of the policy's prompt; main/rollouts/prompt.ts writes them. */
import type { KindTable } from './kind.ts';

/** How a question is put to the policy. */
export const PROMPT_STYLES = {
  short: { title: 'Short', help: 'The question alone, as the embedded models learnt it.' },
  template: {
    title: 'Own texts',
    help: 'With system text and format instruction of your own; by default those released, by answer type.',
  },
  official: { title: 'Official', help: 'With system text and format instruction, for weights trained elsewhere.' },
} as const satisfies KindTable;
/** A name of PROMPT_STYLES. */
export type PromptStyle = keyof typeof PROMPT_STYLES;
