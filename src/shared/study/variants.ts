/**
 * The ablation's variants (paper.md "Variants"), each as its difference from the study's settings, and the published figures.
 * `oracle` is ours: the annotator itself as thinking reward, an upper bound that no other variant may use.
 */
import type { BenchmarkName } from '../benchmarks/published.ts';
import type { SettingsPatch } from '../settings/setting-paths.ts';

/** One built-in variant. */
export interface Variant {
  readonly title: string;
  readonly patch: SettingsPatch;
  readonly help: string;
}

const trained = { thinking: 'trm', trust: 'exp', annealing: 'exp' };

/** Built-in variants by name, in the table's order. */
export const VARIANTS = {
  grpo: { title: 'GRPO', patch: { reward: { thinking: 'none' } }, help: 'Outcome reward only.' },
  'sft-grpo': {
    title: 'SFT+GRPO',
    patch: { reward: { thinking: 'none' }, sft: { steps: 100 } },
    help: 'The policy is first fine-tuned on sound demonstrations, then GRPO.',
  },
  'wo-trained-trm': {
    title: 'wo-trained-TRM',
    patch: { reward: { ...trained, thinking: 'untrained' } },
    help: 'Trust and annealing on, thinking rated by the untrained base model.',
  },
  'wo-trust-and-annealing': {
    title: 'wo-trust-and-annealing',
    patch: { reward: { ...trained, trust: 'none', annealing: 'none' } },
    help: 'Trained TRM at full weight throughout.',
  },
  'wo-trust': { title: 'wo-trust', patch: { reward: { ...trained, trust: 'none' } }, help: 'Annealing only.' },
  'wo-annealing': {
    title: 'wo-annealing',
    patch: { reward: { ...trained, annealing: 'none' } },
    help: 'Trust only; not in the paper, completes the 2x2.',
  },
  full: { title: 'full (SophiaVL-R1)', patch: { reward: trained }, help: 'Trained TRM, trust and annealing.' },
  oracle: {
    title: 'oracle',
    patch: { reward: { ...trained, thinking: 'oracle' } },
    help: 'The rubric itself as thinking reward: an upper bound.',
  },
} as const satisfies Record<string, Variant>;

/** Name of a built-in variant. */
export type VariantName = keyof typeof VARIANTS;

/** Benchmarks of the paper's tables. */
export const PAPER_BENCHMARKS = [
  'mathvista',
  'mathverse',
  'mmmu',
  'mme',
  'chartqa',
  'mmbench',
  'mmstar',
] as const satisfies readonly BenchmarkName[];

/** Published figures (SophiaVL-R1, tables 1-3; paper.md): null where the paper gives none. Order: PAPER_BENCHMARKS. */
export const PUBLISHED_ROWS: readonly {
  readonly model: string;
  readonly variant?: VariantName;
  readonly values: readonly (number | null)[];
}[] = [
  { model: 'LLaVA-OneVision-72B', values: [68.4, 27.2, 56.8, 2261, 83.7, null, 66.1] },
  { model: 'URSA-8B', values: [59.8, 45.7, 43.1, 1606, 44.4, 55.5, 42.3] },
  { model: 'R1-OneVision-7B', values: [64.1, 46.4, null, null, null, null, null] },
  { model: 'Qwen2.5-VL-7B+GRPO', variant: 'grpo', values: [69.9, 45.3, 58.0, 2298, 87.2, 83.4, 65.6] },
  { model: 'Qwen2.5-VL-7B+SFT+GRPO', variant: 'sft-grpo', values: [66.8, 43.1, null, null, null, null, null] },
  { model: 'wo-trained-TRM', variant: 'wo-trained-trm', values: [68.4, 47.9, 57.0, 2347.1, 87.7, 84.0, 65.7] },
  {
    model: 'wo-trust-and-annealing',
    variant: 'wo-trust-and-annealing',
    values: [67.4, 46.3, 56.7, 2366.8, 86.3, 82.6, 65.0],
  },
  { model: 'wo-trust', variant: 'wo-trust', values: [70.2, 47.8, 60.0, 2363.3, 87.8, 83.7, 65.2] },
  { model: 'SophiaVL-R1-7B (full)', variant: 'full', values: [71.3, 48.8, 61.3, 2403.8, 88.5, 85.4, 66.7] },
  { model: 'VisualPRM (InternVL2.5-8B)', values: [null, 30.7, null, null, null, null, null] },
];
