/** The process of a run that TRL trains. Started by trl-trainer.ts only. */
import { serveRun } from '../native/serve-run.ts';

serveRun(async () => (await import('./run-trl.ts')).runTrl);
