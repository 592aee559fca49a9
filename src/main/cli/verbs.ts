/**
 * The verbs of bin/sophia, one file each, loaded only when asked for: start-up stays quick however many there are.
 * A new verb is one line here and one file beside this one that exports `define`.
 */
import type { VerbModule } from './common/verb.ts';

/** Name -> one line for the help, and the file. */
export const verbs: Record<string, { summary: string; load: () => Promise<VerbModule> }> = {
  doctor: { summary: 'list what is installed, the backend and its speed', load: () => import('./app/doctor.ts') },
  study: { summary: 'run a study file; list and show studies', load: () => import('./study/verbs.ts') },
  run: { summary: 'list, show, stop, resume and delete runs', load: () => import('./run/verbs.ts') },
  cluster: { summary: 'Ray clusters that studies can run on', load: () => import('./cluster.ts') },
  table: { summary: 'the results table of a study in any format', load: () => import('./table.ts') },
  start: { summary: 'open the app: the window, or the page in a browser', load: () => import('./app/start.ts') },
  serve: { summary: 'engine and page without a window', load: () => import('./app/serve.ts') },
  key: { summary: 'which host may have which key', load: () => import('./app/key.ts') },
  backup: { summary: 'copy the database of a home, or go back to a copy', load: () => import('./app/backup.ts') },
  evaluate: { summary: 'accuracy of a model per benchmark', load: () => import('./model/evaluate.ts') },
  data: { summary: 'import, list and preview questions', load: () => import('./data.ts') },
  model: {
    summary: 'look at a checkpoint, import and export models, compute logits',
    load: () => import('./model/inspect.ts'),
  },
  trm: {
    summary: 'thinking reward models: collect, annotate, build, train, validate, score',
    load: () => import('./trm/verbs.ts'),
  },
  validate: {
    summary: 'check the instrument: every check with its threshold',
    load: () => import('./validation/validate.ts'),
  },
  recipe: { summary: 'make an embedded model again (base, trm)', load: () => import('./model/recipe.ts') },
};
