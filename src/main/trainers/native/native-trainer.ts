/** The trainer that comes with the lab: Trust-GRPO in TypeScript, each run a process of this machine. */
import { fileURLToPath } from 'node:url';
import type { Trainer } from '../../jobs/trainer.ts';
import { nameProblems } from '../name-problems.ts';
import { processTrainer } from './process-trainer.ts';

const RUN = fileURLToPath(new URL('./native-run.ts', import.meta.url));

/** The trainer for runs of a home; `node` runs their processes. */
export function nativeTrainer({ home, node }: { readonly home: string; readonly node: string }): Trainer {
  return processTrainer({ run: RUN, node, check: (settings) => nameProblems(settings, home) });
}
