/** The text step, for side-by-side timing with peers/trl_bench.py: `node bench/training/text-step.ts [--steps 12] [--threads 2]`. */
import { benchProgram } from './steps.ts';

await benchProgram(false);
