/** `sophia recipe base|trm`: makes the embedded models again, from fixed seeds; continues where it was interrupted. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';

const ROOT = join(import.meta.dirname, '../../..');
const MODELS = { base: 'tiny-vl-base', trm: 'tiny-vl-trm' } as const;

/** Adds the verb. */
export function define(command: Command): void {
  command
    .addArgument(new Argument('<model>', 'which model to make').choices(Object.keys(MODELS)))
    .option('--out <dir>', 'folder of the finished model (default: models/NAME of the program)')
    .option('--work <dir>', 'folder of checkpoints and intermediates (default: .cache/recipe-NAME of the program)')
    .option('--threads <n>', 'threads', String(availableParallelism()))
    .action(async (name: keyof typeof MODELS, options: { out?: string; work?: string; threads: string }) => {
      const { useBackend } = await import('../tensor/backend.ts');
      const threads = Number(options.threads);
      await useBackend('auto', { threads });
      const out = resolve(options.out ?? join(ROOT, 'models', MODELS[name]));
      const work = resolve(options.work ?? join(ROOT, '.cache', `recipe-${name}`));
      const log = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
      if (name === 'base') (await import('../train/recipes/base.ts')).makeBase(out, work, log);
      else await (await import('../trm/recipe.ts')).makeTrm(out, work, threads, log);
    });
}
