/** The process of a run of the fake trainer. */
import { serveRun } from '../../../src/main/trainers/native/serve-run.ts';

serveRun(async () => (await import('./fake-training.ts')).fakeTraining);
