/**
 * Packages that single settings need beside the pinned ones: which they are, and who installs them. Deliberately absent: whether they are there
 * (place-problems.ts here, place.py where the run is trained).
 */
import type { Settings } from '../../../shared/settings/settings.ts';
import { pinnedExtra } from './environment/pinned-packages.ts';

/** One of them. */
export interface Extra {
  readonly module: string; // as Python imports it
  readonly setting: string;
  /** What pip installs; null where it does not go with the pinned packages, so that only an environment of the user's has it. */
  readonly package: string | null;
  readonly isNeeded: (settings: Settings) => boolean;
}

/** All of them. vLLM 0.31, the newest that TRL 1.16 takes, wants transformers below 5.18. */
export const EXTRAS: readonly Extra[] = [
  {
    module: 'bitsandbytes',
    setting: 'trl.fourBit',
    package: pinnedExtra('four-bit'),
    isNeeded: ({ trl }) => trl.fourBit,
  },
  {
    module: 'deepspeed',
    setting: 'trl.deepspeedStage',
    package: pinnedExtra('deepspeed'),
    isNeeded: ({ trl }) => trl.deepspeedStage > 0,
  },
  { module: 'vllm', setting: 'trl.vllm', package: null, isNeeded: ({ trl }) => trl.vllm !== 'none' },
];

/** What some runs need, each once. */
export const extrasOf = (runs: readonly Settings[]): Extra[] =>
  EXTRAS.filter(({ isNeeded }) => runs.some((settings) => isNeeded(settings)));

/** What pip is asked for, for some runs, beside the pinned packages. */
export const extraPackages = (runs: readonly Settings[]): string[] =>
  extrasOf(runs).flatMap(({ package: name }) => (name === null ? [] : [name]));

/** The settings of a run that mean something on a GPU only. */
export function gpuSettings({ trl }: Settings): string[] {
  return [
    ...(trl.fourBit ? ['trl.fourBit'] : []),
    ...(trl.vllm === 'none' ? [] : ['trl.vllm']),
    ...(trl.deepspeedStage > 0 ? ['trl.deepspeedStage'] : []),
  ];
}
