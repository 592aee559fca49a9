/** The trainer that is Hugging Face's TRL: each run a Python process of this machine, led by a Node process that ends with the engine. */
import { fileURLToPath } from 'node:url';
import type { Trainer } from '../../jobs/trainer.ts';
import { nameProblems } from '../name-problems.ts';
import { processTrainer } from '../native/process-trainer.ts';
import { pythonProblem } from './environment/find-python.ts';
import { trlRefusals } from './settings-table.ts';

const RUN = fileURLToPath(new URL('./trl-run.ts', import.meta.url));

/** The trainer for runs of a home; `node` runs their processes and the rules beside TRL. */
export function trlTrainer({ home, node }: { readonly home: string; readonly node: string }): Trainer {
  return processTrainer({
    run: RUN,
    node,
    check: (settings) => [...trlRefusals(settings), ...nameProblems(settings, home), ...pythonProblem()],
  });
}
