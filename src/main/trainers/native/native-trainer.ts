/** The trainer that comes with the lab: Trust-GRPO in TypeScript, each run a process of this machine. */
import { fileURLToPath } from 'node:url';
import { SophiaError } from '../../../shared/errors.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Trainer } from '../../jobs/trainer.ts';
import { checkNames } from '../../train/prepare/check-names.ts';
import { processTrainer } from './process-trainer.ts';

const RUN = fileURLToPath(new URL('./native-run.ts', import.meta.url));

/** The trainer for runs of a home; `node` runs their processes. */
export function nativeTrainer({ home, node }: { readonly home: string; readonly node: string }): Trainer {
  return processTrainer({ run: RUN, node, check: (settings) => problemsOf(settings, home) });
}

/** Models, benchmarks and data sets that are named and not there. */
function problemsOf(settings: Settings, home: string): SophiaError[] {
  try {
    checkNames(settings, home);
    return [];
  } catch (error) {
    if (error instanceof SophiaError) return [error];
    throw error;
  }
}
