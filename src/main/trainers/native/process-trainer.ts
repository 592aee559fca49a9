/** A trainer whose runs are Node processes of this machine that end with the engine: there is never one to attach to. */
import type { Trainer } from '../../jobs/trainer.ts';
import { startRunProcess } from './run-process.ts';

/** What such a trainer is made of. */
export interface ProcessTrainerOptions extends Pick<Trainer, 'check'> {
  /** The file of a run's process; it calls serveRun (serve-run.ts). */
  readonly run: string;
  /** The Node executable. */
  readonly node: string;
}

/** The trainer. */
export function processTrainer({ run, node, check }: ProcessTrainerOptions): Trainer {
  return {
    check,
    start: (plan, sink) => startRunProcess({ file: run, node }, plan, sink),
    attach: () => null,
  };
}
