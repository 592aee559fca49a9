/** Packages trained by a plain Python: what stands in for PyTorch and for TRL's training, put into a package's folder. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Python of these tests. */
export const PYTHON = process.env.PYTHON ?? 'python3';

/** From now on the package trains without PyTorch (training.py says how). */
export function makePlain(folder: string): void {
  copyFileSync(join(import.meta.dirname, 'torch.py'), join(folder, 'torch.py'));
  copyFileSync(join(import.meta.dirname, 'training.py'), join(folder, 'sophia_trl/training.py'));
}

/** A study of trainer trl that takes a moment there. */
export const plainStudy = ({
  steps = 6,
  seeds = '[0, 1]',
  variants = '{ full: { reward: { thinking: length } } }',
  more = '',
} = {}): string => `name: packed
variants: ${variants}
seeds: ${seeds}
settings:
  trainer: trl
  training: { totalSteps: ${steps}, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 2 }
  evaluation: { benchmarks: [chart-test], questions: 2 }
${more}`;
