/** `sophia recipe base|trm|prm|WORLD|...`: makes the embedded models again, from fixed seeds; continues where it was interrupted. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { DIMENSIONS, type Dimension } from '../../../shared/trm/annotations.ts';
import { WORLDS } from '../../../shared/worlds/worlds.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const MODELS = {
  base: 'tiny-vl-base',
  trm: 'tiny-vl-trm',
  prm: 'tiny-vl-prm',
  shortcut: WORLDS.shortcut.models.policy,
  'hard-shortcut': WORLDS['hard-shortcut'].models.policy,
  flattery: WORLDS.flattery.models.policy,
  'cheap-flattery': WORLDS['cheap-flattery'].models.policy,
  'shortcut-trm': WORLDS.shortcut.models.trm,
  'flattery-trm': WORLDS.flattery.models.trm,
} as const;
/** Where a recipe works by default; both reward models of the everyday world learn from what the TRM's collects. */
const WORK = {
  base: 'recipe-base',
  trm: 'recipe-trm',
  prm: 'recipe-trm',
  shortcut: 'recipe-shortcut',
  'hard-shortcut': 'recipe-hard-shortcut',
  flattery: 'recipe-flattery',
  'cheap-flattery': 'recipe-cheap-flattery',
  'shortcut-trm': 'recipe-shortcut-trm',
  'flattery-trm': 'recipe-flattery-trm',
} as const satisfies Record<keyof typeof MODELS, string>;

interface Options {
  out?: string;
  work?: string;
  threads: string;
  without?: Dimension;
}

/** Adds the verb. */
export function define(command: Command): void {
  command
    .addArgument(new Argument('<model>', 'model to make').choices(Object.keys(MODELS)))
    .option('--out <dir>', 'folder of the finished model (default: models/NAME)')
    .option('--work <dir>', 'folder of checkpoints and intermediates (default: .cache/recipe-NAME)')
    .addOption(new Option('--threads <n>', 'threads').default(String(availableParallelism()), 'all cores'))
    .addOption(new Option('--without <dimension>', 'trm: leave out a dimension of the rubric').choices(DIMENSIONS))
    .action(makeModel);
}

async function makeModel(name: keyof typeof MODELS, options: Options): Promise<void> {
  const { without } = options;
  if (without !== undefined && name !== 'trm')
    throw new SophiaError('usage', `recipe ${name} does not take --without.`, 'Only recipe trm does.');
  const { useBackend } = await import('../../tensor/backend.ts');
  const threads = Number(options.threads);
  await useBackend('auto', { threads });
  const model = without === undefined ? MODELS[name] : `${MODELS[name]}-without-${without}`;
  const out = resolve(options.out ?? join(ROOT, 'models', model));
  const work = resolve(options.work ?? join(ROOT, '.cache', WORK[name]));
  const log = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  if (name === 'base') await (await import('../../train/recipes/base.ts')).makeBase(out, work, log);
  else if (name === 'trm')
    await (await import('../../trm/recipes/trm-recipe.ts')).makeTrm(
      out,
      work,
      threads,
      log,
      without === undefined ? {} : { without },
    );
  else if (name === 'prm') await (await import('../../trm/recipes/prm-recipe.ts')).makePrm(out, work, threads, log);
  else if (name === 'shortcut-trm' || name === 'flattery-trm')
    await (await import('../../trm/recipes/world-trm.ts')).makeWorldTrm(
      name === 'shortcut-trm' ? 'shortcut' : 'flattery',
      out,
      work,
      log,
    );
  else (await import('../../train/recipes/worlds/base.ts')).makeWorldBase(name, out, work, log);
}
