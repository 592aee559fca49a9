/** The fake trainer: processes as the native trainer's, in which fake-training.ts takes the place of training. It refuses no settings. */
import { fileURLToPath } from 'node:url';
import type { EngineParts } from '../../../src/main/engine/engine-options.ts';
import type { Trainer } from '../../../src/main/jobs/trainer.ts';
import { processTrainer } from '../../../src/main/trainers/native/process-trainer.ts';
import type { TrainerFactory } from '../../../src/main/trainers/trainers.ts';

/** The trainer. */
export function fakeTrainer(node = process.execPath): Trainer {
  return processTrainer({ run: fileURLToPath(new URL('./fake-run.ts', import.meta.url)), node, check: () => [] });
}

/** It in the place of the native trainer. */
export const fakeTrainers: TrainerFactory = ({ node }) => ({ native: fakeTrainer(node) });

/** What the tests' engine is put together from: the fake trainer, and a command line that has it too. */
export const FAKE_PARTS: EngineParts = {
  trainers: fakeTrainers,
  commandLine: fileURLToPath(new URL('../../e2e/sophia.ts', import.meta.url)),
};
