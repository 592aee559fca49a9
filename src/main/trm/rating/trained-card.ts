/** The card (README.md) of a TRM that `trm train` made: what it learned from, how, and what it is bound by. */
import type { TrmKind } from '../../../shared/trm/models.ts';
import type { FlowStep } from '../data/build-set.ts';
import type { RaterTraining } from './train-rater.ts';

/** What a card tells. */
export interface CardFacts {
  readonly name: string;
  readonly build: {
    readonly name: string;
    readonly kind: TrmKind;
    readonly dataset: string;
    readonly annotation: string;
    readonly options: unknown;
    readonly collected: number;
    readonly kept: number;
    readonly sampled: number;
  };
  readonly flow: readonly (Omit<FlowStep, 'filter'> & { readonly filter: string })[];
  readonly base: string;
  readonly training: RaterTraining;
  readonly totalSteps: number;
}

const WRITES: Readonly<Record<TrmKind, string>> = {
  holistic: 'writes one of 0.0, 0.1, ..., 1.0',
  step: 'gives each sentence a probability of being right ("+" against "-" behind its full stop)',
};

/** How a build came about, from collected pairs to sampled ones, as a list in Markdown with the options below. */
export function flowText({ collected, kept, sampled, options }: CardFacts['build'], flow: CardFacts['flow']): string {
  const filters = flow.map(({ filter, switchedOn, dropped }) => `- ${filter} ${switchedOn ? `-${dropped}` : 'off'}`);
  const lines = [`- collected ${collected}`, ...filters, `- kept ${kept}`, `- sampled ${sampled}`];
  return `${lines.join('\n')}\n\nOptions: \`${JSON.stringify(options)}\``;
}

/** What was trained where that is not all. */
const loraText = ({ loraRank = 0, loraAlpha }: RaterTraining): string =>
  loraRank === 0
    ? ''
    : ` LoRA of rank ${loraRank}, alpha ${loraAlpha}: the weights\nhere have it merged in; \`adapter/\` is the same for PEFT.`;

/** The card's text. */
export function trainedCard({ name, build, flow, base, training, totalSteps }: CardFacts): string {
  return `# ${name}

A Thinking Reward Model (${build.kind}): reads image, question and thinking, never the answer, and
${WRITES[build.kind]}.
Fine-tuned from ${base} by \`bin/sophia trm train ${build.name}\`.

## Data
Build "${build.name}" of annotation "${build.annotation}" over data set "${build.dataset}":

${flowText(build, flow)}

## Training
${totalSteps} steps: ${training.epochs} epochs in batches of ${training.batchSize}, learning rate
${training.firstRate} to ${training.lastRate} (cosine), seed ${training.seed}.${loraText(training)}

## Limits
It is bounded by its annotator and by the questions of its data. How good it is: \`bin/sophia trm validate ${name}\`.
`;
}
