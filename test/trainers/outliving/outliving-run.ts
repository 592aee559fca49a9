/**
 * The process of a run that needs no engine: fake training whose events go into a file as JSON lines, each on disk before the next begins. It
 * ends when it is done, or when a file asks it to. Arguments: the run's folder, its attempt, and settings, checkpoint and threads as JSON.
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { eventLine } from '../../../src/shared/run/event-lines.ts';
import { fakeTraining } from '../fake/fake-training.ts';
import { filesOf } from './outliving-trainer.ts';

const [folder, attempt, plan] = process.argv.slice(2) as [string, string, string];
const files = filesOf({ folder, attempt: Number(attempt) });
writeFileSync(files.pid, String(process.pid));
const stopping = new AbortController();
const asked = setInterval(() => existsSync(files.stop) && stopping.abort(), 20);
let sequence = 0;
for await (const event of fakeTraining({ ...JSON.parse(plan), runFolder: folder, signal: stopping.signal }))
  appendFileSync(files.events, `${eventLine({ sequence: ++sequence, at: Date.now(), event })}\n`, { flush: true });
clearInterval(asked);
