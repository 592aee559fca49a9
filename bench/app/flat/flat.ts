/**
 * `node scripts/run.mjs bench/app/flat/flat.ts [--requests 10000] [--steps 2000] [--write]`: whether an engine that is used holds more and more. Runs are trained (by the
 * tests' trainer) while a client asks everything that a page asks, leaves streams and downloads in the middle, and sends what is refused. After a first part,
 * in which code is compiled and caches fill, and again after every tenth of the rest, the engine collects its garbage and says what it holds: memory, heap, open
 * handles, threads, the database's log. Linux only. With --write the table goes into its own part of bench/RESULTS.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clientOf, studyYaml } from '../../../test/setup/with-engine.ts';
import { FLAT_HEADING, writeFlat } from '../../results-file.ts';
import type { Held } from './flat-engine.ts';
import { mixedRequests } from './mixed-requests.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    steps: { type: 'string', default: '2000' },
    home: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const PARTS = 10;
/** After which a server has closed the connections that nobody uses. */
const GONE_MS = 7000;
/** After which the processes beside an engine end that nobody has asked. */
const IDLE_MS = 21_000;
const [requests, steps] = [Number(values.requests), Number(values.steps)];
/** Growth from the first measurement to the last that is allowed. */
const GOAL = 0.05;

const home = values.home ?? mkdtempSync(join(tmpdir(), 'sophia-flat-'));
const child: ChildProcess = fork(fileURLToPath(new URL('./flat-engine.ts', import.meta.url)), [home], {
  execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
});
const { url, token } = await said<{ url: string; token: string }>();
const client = clientOf(url, token);
const rows: { readonly requests: number; readonly steps: number; readonly held: Held }[] = [];
try {
  // The first part: a fifth of the steps, which leaves something to ask for, then as many requests.
  await train('first', steps / 5);
  const asking = mixedRequests({ client, url, token, home });
  await asking(requests / 5);
  await train('warm', steps / 10);
  await asking(requests / 10, 3); // what is rare fills caches too
  await sleep(IDLE_MS);
  await look(0, 0);
  const before = await ask<Record<string, number>>('handles');
  for (let part = 1; part <= PARTS; part++) {
    const training = train(`part-${part}`, steps / PARTS);
    await asking(requests / PARTS);
    await training;
    if (part === PARTS) await sleep(IDLE_MS);
    await look((part * requests) / PARTS, (part * steps) / PARTS);
  }
  const after = await ask<Record<string, number>>('handles');
  for (const name of Object.keys(after))
    if ((after[name] ?? 0) > (before[name] ?? 0))
      console.log(`more handles: ${name} ${before[name] ?? 0} -> ${after[name]}`);
} finally {
  child.send('stop');
  await new Promise((resolve) => child.once('exit', resolve));
  if (values.home === undefined) rmSync(home, { recursive: true, force: true });
}
console.log(table());
if (values.write) writeFlat(section());

function said<T>(): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`the engine ended with ${code}`));
    child.once('exit', gone);
    child.once('message', (answer) => {
      child.off('exit', gone);
      resolve(answer as T);
    });
  });
}

function ask<T>(what: 'held' | 'handles'): Promise<T> {
  const answer = said<T>();
  child.send(what);
  return answer;
}

/** Trains two runs of half as many steps each, to their end. */
async function train(name: string, count: number): Promise<void> {
  const yaml = studyYaml({ name, steps: Math.max(4, Math.round(count / 2)), seeds: '[0]' });
  const { studyId } = await client.studies.start.mutate({ yaml, where: name });
  for (;;) {
    const { cells } = await client.studies.get.query({ id: studyId });
    if (cells.every(({ state }) => state === 'finished')) return;
    if (cells.some(({ state }) => state === 'failed'))
      throw new Error(`${name}: ${JSON.stringify(cells.map(({ reason }) => reason))}`);
    await sleep(200);
  }
}

/** Once nobody is at work any more, so that what belongs to a reader is gone with it. */
async function look(requests: number, steps: number): Promise<void> {
  await sleep(GONE_MS);
  rows.push({ requests, steps, held: await ask<Held>('held') });
  console.log(lineOf(rows.at(-1)!));
}

function lineOf({ requests, steps, held }: (typeof rows)[number]): string {
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return `| ${requests} | ${steps} | ${mib(held.rss)} | ${mib(held.heap)} | ${mib(held.outside)} | ${held.handles} | ${held.threads} | ${mib(held.wal)} | ${mib(held.database)} |`;
}

function table(): string {
  const head =
    '| requests | steps | memory, MiB | heap, MiB | buffers, MiB | handles | threads | log, MiB | database, MiB |';
  const growth = (of: (held: Held) => number) => {
    const [first, last] = [of(rows[0]!.held), of(rows.at(-1)!.held)];
    const share = (last - first) / first;
    return `${share > GOAL ? '**' : ''}${(100 * share).toFixed(1)} %${share > GOAL ? '**' : ''}`;
  };
  const last = [
    (held: Held) => held.rss,
    (held: Held) => held.heap,
    (held: Held) => held.outside,
    (held: Held) => held.handles,
    (held: Held) => held.threads,
    (held: Held) => held.wal,
  ].map(growth);
  return [
    head,
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(lineOf),
    `| growth |  | ${last.join(' | ')} |  |`,
  ].join('\n');
}

function section(): string {
  const [cpu] = cpus();
  return `${FLAT_HEADING}

\`node scripts/run.mjs bench/app/flat/flat.ts --requests ${requests} --steps ${steps} --write\` on ${new Date().toISOString().slice(0, 10)}; ${cpus().length} cores (${cpu?.model.replace(/ \d.*$/, '')}), load ${loadavg()[0]!.toFixed(1)} by others.
What the engine holds after a garbage collection, once a first ${Math.round(requests * 0.3)} requests and ${Math.round(steps * 0.3)} steps have filled its caches. Goal: growth below 5 %.

${table()}
`;
}
