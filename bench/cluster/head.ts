/**
 * A made-up head of Ray for bench/cluster.ts, in a process of its own: jobs that take no time and say steps on a schedule, told by the Jobs API and
 * written to the storage as run.py does. Started by bench/cluster.ts with the file of its plan; prints its port.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { METRICS } from '../../src/shared/run/metrics.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { defaultSettings } from '../../src/shared/settings/settings.ts';
import { fakeQuestions } from '../../test/trainers/fake/questions.ts';
import { fakeStep } from '../../test/trainers/fake/step.ts';
import { type BenchPlan, stepTime } from './plan.ts';

const plan = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as BenchPlan;
const QUESTIONS = fakeQuestions(8);
/** Steps after which texts repeat. */
const SHAPES = 20;

const settings = { ...defaultSettings(), training: { ...defaultSettings().training, numGenerations: 8 } };
const metrics = Object.keys(METRICS).slice(0, 20);
/** The end of a step's line: 20 metrics, 64 responses. */
const shapes = Array.from({ length: SHAPES }, (_, i) => {
  const { responses } = fakeStep(settings, i + 1, i, QUESTIONS);
  const values = Object.fromEntries(metrics.map((name, m) => [name, 1 / (i + m + 1)]));
  return `,"metrics":${JSON.stringify(values)},"responses":${JSON.stringify(responses)}}}\n`;
});
const first = (at: number): string => line(1, at, { kind: 'questions', step: 0, questions: QUESTIONS });
const line = (sequence: number, at: number, event: RunEvent): string => `${JSON.stringify({ sequence, at, event })}\n`;
const stepLine = (run: number, step: number): string =>
  `{"sequence":${step + 1},"at":${Math.round(stepTime(plan, run, step))},"event":{"kind":"step","step":${step}${shapes[step % SHAPES]}`;
const stepsBy = (run: number, now: number): number =>
  Math.max(0, Math.floor((now - stepTime(plan, run, 1)) / plan.intervalMs) + 1);

/** All that a run has said, as its job's log; the same text again is the same string. */
const logs = new Map<number, { steps: number; text: string }>();
function logOf(run: number): string {
  const known = logs.get(run) ?? { steps: 0, text: `@sophia ${first(plan.startAt)}` };
  const now = stepsBy(run, Date.now());
  for (let step = known.steps + 1; step <= now; step++) known.text += `@sophia ${stepLine(run, step)}`;
  known.steps = Math.max(known.steps, now);
  logs.set(run, known);
  return known.text;
}

const folder = (run: number): string => join(plan.out, `run-${run}`, 'attempt-001');
if (plan.by === 'storage') {
  for (const run of plan.runs) {
    mkdirSync(folder(run), { recursive: true });
    writeFileSync(join(folder(run), 'attempt.json'), '{}');
    writeFileSync(join(folder(run), 'events.jsonl'), first(plan.startAt));
  }
  const written = new Map<number, number>();
  setInterval(() => {
    const now = Date.now();
    for (const run of plan.runs) {
      const steps = stepsBy(run, now);
      let step = written.get(run) ?? 0;
      if (step >= steps) continue;
      let text = '';
      while (step < steps) text += stepLine(run, ++step);
      appendFileSync(join(folder(run), 'events.jsonl'), text);
      written.set(run, steps);
    }
  }, 200);
}

const job = (run: number) => ({
  submission_id: plan.ids[run],
  status: 'RUNNING',
  message: 'Job is currently running.',
});
const runOf = new Map(Object.entries(plan.ids).map(([run, id]) => [id, Number(run)]));
let requests = 0;
const server = createServer((request, response) => {
  requests++;
  const path = request.url ?? '';
  const say = (body: unknown) => response.end(JSON.stringify(body));
  if (path === '/requests') return say(requests);
  if (path === '/api/version') return say({ ray_version: '2.60.0' });
  if (path === '/api/jobs/') return say(plan.runs.map(job));
  const [, id = '', what] = /^\/api\/jobs\/([^/]+)(\/logs)?$/.exec(path) ?? [];
  const run = runOf.get(id);
  if (run === undefined) return response.writeHead(404).end();
  say(what === undefined ? job(run) : { logs: logOf(run) });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
