/** The process of a run that trains here, in TypeScript. Started by native-trainer.ts only. */
import { serveRun } from './serve-run.ts';

serveRun(async () => (await import('../../train/run-training.ts')).runTraining);
