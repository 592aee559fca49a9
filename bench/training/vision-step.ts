/**
 * The vision step, for side-by-side timing with peers/trl_bench_vl.py: `node bench/training/vision-step.ts [--steps 12] [--threads 2] [--freeze-vision]`.
 * A full Trust-GRPO step: beside the peer's work it scores all 32 thinkings by a TRM of the policy's size, and logs to SQLite.
 */
import { benchProgram } from './steps.ts';

await benchProgram(true);
