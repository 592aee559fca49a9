/** Writes steps as fast as it can until killed, saying each one that was acknowledged: `node kill-writer.ts HOME`. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/main/store/store.ts';
import { sampleStep } from '../helpers.ts';

const store = openStore(process.argv[2]!);
const run = store.listRuns()[0]!;
store.markInterrupted();
const { attempt } = store.startRun(run.id, { fromStep: run.step });
for (let step = run.step + 1; ; step++) {
  store.recordEvent(run.id, attempt, sampleStep(step));
  writeSync(1, `${step}\n`);
}
