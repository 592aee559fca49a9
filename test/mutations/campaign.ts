/**
 * `npm run mutations -- --count 20000 --seed 1 --only log`: many single changes, each checked as mutations.test.ts does, in a process that is watched: a change that
 * takes longer than ten seconds, and does so again, counts as a hang. Prints the seed, what was found, and how to see it again (--seed N --from I --count 1).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { type Mutation, mutated, mutation } from './mutation.ts';
import { verdict } from './subject.ts';
import { SUBJECTS, shares } from './subjects.ts';

const HANG_MS = 10_000;

/** What the process is to do. */
interface Work {
  readonly subject: number;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

/** What it says: before each change, after it, at the end. */
type Said =
  | { readonly kind: 'ready' | 'end' }
  | { readonly kind: 'begin'; readonly i: number; readonly change: Mutation }
  | { readonly kind: 'taken' | 'refused' }
  | { readonly kind: 'fault'; readonly message: string };

/** The change number i of a seed. */
const changeOf = (seed: number, i: number): Mutation => fc.sample(mutation, { seed: seed + i * 7919, numRuns: 1 })[0]!;

async function work({ subject, seed, from, count }: Work): Promise<void> {
  const say = (said: Said) => void process.send!(said);
  const prepared = await SUBJECTS[subject]!.prepare();
  const content = await prepared.take(prepared.good);
  say({ kind: 'ready' });
  for (let i = from; i < from + count; i++) {
    const change = changeOf(seed, i);
    say({ kind: 'begin', i, change });
    try {
      say({ kind: await verdict(prepared, mutated(prepared.good, change), content) });
    } catch (error) {
      say({ kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  prepared.end?.();
  process.send!({ kind: 'end' } satisfies Said, () => process.exit());
}

/** Runs a process to its end; what hangs or ends it is a fault too, and the next process goes on behind it. */
async function watch(task: Work, tell: (i: number, change: Mutation, message: string) => void) {
  const tally = { taken: 0, refused: 0, fault: 0, hang: 0, crash: 0, again: 0, slowestMs: 0 };
  let late: number | undefined; // what took too long once: a machine under load is no hang
  for (let { from } = task; from < task.from + task.count; ) {
    const child: ChildProcess = fork(fileURLToPath(import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {
        ...process.env,
        SOPHIA_MUTATIONS: JSON.stringify({ ...task, from, count: task.from + task.count - from }),
      },
    });
    let current: Extract<Said, { kind: 'begin' }> | undefined;
    let began = performance.now();
    const ended = await new Promise<'done' | 'hang' | Error>((resolve) => {
      const timer = setInterval(() => {
        if (current === undefined || performance.now() - began < HANG_MS) return;
        resolve('hang');
        child.kill('SIGKILL');
      }, 500);
      child.on('message', (said: Said) => {
        if (said.kind === 'end') return resolve('done');
        if (said.kind === 'begin') [current, began] = [said, performance.now()];
        else if (said.kind !== 'ready' && current !== undefined) {
          tally[said.kind]++;
          tally.slowestMs = Math.max(tally.slowestMs, Math.round(performance.now() - began));
          from = current.i + 1;
          if (said.kind === 'fault') tell(current.i, current.change, said.message);
          current = undefined;
        }
      });
      child.on('error', (error) => resolve(error));
      child.on('exit', (code, signal) => {
        clearInterval(timer);
        resolve(new Error(`its process ended (${signal ?? `code ${code}`})`)); // after its end nobody listens
      });
    });
    if (ended === 'done') break;
    if (current === undefined) throw ended === 'hang' ? new Error('It hangs before the first change.') : ended;
    if (ended === 'hang' && late !== current.i) {
      tally.again++;
      [late, from] = [current.i, current.i];
      continue;
    }
    tally[ended === 'hang' ? 'hang' : 'crash']++;
    tell(current.i, current.change, ended === 'hang' ? `takes longer than ${HANG_MS} ms` : ended.message);
    from = current.i + 1;
  }
  return tally;
}

async function campaign(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String((Math.random() * 2 ** 31) | 0) },
      from: { type: 'string', default: '0' },
      only: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  console.log(`seed ${seed}, ${values.count} changes`);
  let faults = 0;
  for (const [subject, share] of shares(Number(values.count))) {
    if (values.only !== undefined && subject.name !== values.only) continue;
    const seen = new Set<string>();
    const count = values.only === undefined ? share : Number(values.count);
    const task = { subject: SUBJECTS.indexOf(subject), seed, from: Number(values.from), count };
    const tally = await watch(task, (i, change, message) => {
      faults++;
      const key = message.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#');
      if (seen.has(key)) return;
      seen.add(key);
      console.log(`  FAULT --only '${subject.name}' --seed ${seed} --from ${i} --count 1`);
      console.log(`    ${JSON.stringify(change).slice(0, 300)}\n${message.split('\n').slice(0, 14).join('\n')}`);
    });
    console.log(`${subject.name}: ${count} changes, ${JSON.stringify(tally)}`);
  }
  console.log(faults === 0 ? 'no fault' : `${faults} faults`);
  process.exitCode = faults === 0 ? 0 : 1;
}

const given = process.env.SOPHIA_MUTATIONS;
if (given === undefined) await campaign();
else await work(JSON.parse(given) as Work);
