/**
 * Takes the place of `python -m sophia_trl FOLDER --out OUT ...`: fake training by the settings of the run's files, said as JSON lines. Its first
 * argument is the script of fake-training.ts, then come Python's.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { eventLine } from '../../../src/shared/run/event-lines.ts';
import { fakeTraining } from '../fake/fake-training.ts';

const [script = '', ...python] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: python.slice(python.indexOf('sophia_trl') + 1),
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    threads: { type: 'string' },
    resume: { type: 'string' },
    led: { type: 'boolean' },
  },
});
const { settings } = JSON.parse(readFileSync(`${positionals[0]}/run.json`, 'utf8'));
const stopping = new AbortController();
createInterface({ input: process.stdin })
  .on('line', (line) => line === 'stop' && stopping.abort())
  .on('close', () => process.exit(1));
console.error('noise that is no event');
let sequence = 0;
const step = Number(/step-(\d+)/.exec(values.resume ?? '')?.[1] ?? 0);
const events = fakeTraining({
  settings: { ...settings, model: { ...settings.model, policy: `fake:${script}` } },
  runFolder: values.out!,
  resume: values.resume === undefined ? null : { step, uri: values.resume.slice(values.out!.length + 1) },
  signal: stopping.signal,
  threads: Number(values.threads),
});
for await (const event of events) {
  process.stdout.write(`${eventLine({ sequence: ++sequence, event })}\n`);
  if (script.includes(`chatter@${event.step},`)) process.stdout.write('Training is going well!\n');
}
process.exit(0);
