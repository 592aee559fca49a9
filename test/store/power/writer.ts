/** A run that is logged, with a mark after every step that was acknowledged; record-writes.c notes what it writes: `node writer.ts HOME STEPS`. */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../src/main/store/store.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { sampleStep } from '../helpers.ts';

const [home = '', steps = '0'] = process.argv.slice(2);
const store = openStore(home);
store.database.pragma('wal_autocheckpoint = 25'); // pages go back into the database every few steps
const { studyId } = store.addStudy(
  parseStudy('name: power\nvariants: [grpo]\nsettings: {training: {totalSteps: 1000}}', 'power.yaml'),
);
const [run] = store.listRuns({ studyId });
const { attempt } = store.startRun(run!.id);
const marks = openSync(join(home, 'sophia.db-marks'), 'w');
for (let step = 1; step <= Number(steps); step++) {
  store.recordEvent(run!.id, attempt, sampleStep(step));
  writeSync(marks, `${step}\n`);
}
process.kill(process.pid, 'SIGKILL');
