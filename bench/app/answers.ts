/**
 * `node scripts/run.mjs bench/app/answers.ts HOME [--responses 1000000] [--write]`: how long the engine lets others wait while it does what takes long.
 * HOME is one that bench/app/fill.ts made, or with --responses a new folder that is filled with so many; it is altered. The engine is a process of its own; a client asks it four ordinary questions in turn, all the time, while
 * each piece of work goes on. --archive FILE: another archive to import than the one that is made for it. With --write the table goes into its own part of bench/RESULTS.md.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile } from 'simple-statistics';
import { clientOf } from '../../test/setup/with-engine.ts';
import { ANSWERS_HEADING, writeAnswers } from '../results-file.ts';
import { fillHome, longArchive, longLog, makeOlder, prepare } from './answers-home.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    archive: { type: 'string' },
    write: { type: 'boolean', default: false },
    goal: { type: 'string', default: '200' },
    responses: { type: 'string' },
  },
});
const [home] = positionals;
if (home === undefined) throw new Error('Usage: node scripts/run.mjs bench/app/answers.ts HOME [--write]');
const MAIN = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url));
/** Each piece of work is done again until so much time was measured. */
const LEAST_MS = 6000;

interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly times: number;
  readonly answers: readonly number[]; // ms
}

if (values.responses !== undefined) fillHome(home, Number(values.responses));
const size = await prepare(home);
let server = await serve(home);
const rows: Row[] = [];
try {
  await measure('nothing else', () => sleep(LEAST_MS));
  const { studies } = await server.client.studies.list.query();
  const [study, other] = studies;
  const [run] = (await server.client.studies.get.query({ id: study!.id })).cells;
  await measure('a picture of 25 megapixels, decoded', () => get('/image?question=large/large&size=500'));
  await measure('a picture of 64 megapixels, refused', () => get('/image?question=large/huge&size=500'));
  await measure('hashes of a model of 400 MB and a data set of 20,000 questions', async () => {
    writeFileSync(join(home, 'models/padded/pad.json'), `${' '.repeat(1000)}${Math.random()}`); // not one that is remembered
    const yaml = `name: h\nvariants: [grpo]\nsettings: {model: {policy: padded}, data: {source: large}}`;
    await server.client.studies.inputs.query({ yaml, where: 'bench' });
  });
  await measure('a page of a data set of 20,000 questions', () =>
    server.client.data.questions.query({ source: 'large', words: 'bars 7' }),
  );
  for (const format of ['parquet', 'tensorboard', 'jsonl'] as const)
    await measure(`an export as ${format}`, () => server.client.logs.file.query({ id: run!.id, format }));
  await measure('a report', () => server.client.reports.file.query({ id: study!.id }).catch(() => {}));
  const zip = join(home, 'bench.zip');
  await measure('an archive, written', () => get(`/archive?study=${other!.id}&checkpoints=all`, zip));
  await server.client.studies.trash.mutate({ id: other!.id });
  await measure('the trash, emptied', () => server.client.trash.empty.mutate(), true);
  const archive = values.archive ?? (await longArchive(home));
  const mib = Math.round(statSync(archive).size / 2 ** 20);
  await measure(`an archive of ${mib} MiB, imported`, () => post('/archive', archive), true);
  const log = longLog(home);
  const points = `${Math.round(statSync(log).size / 2 ** 20)} MiB`;
  await measure(
    `a log of ${points} of another program, imported`,
    () => server.client.logs.import.mutate({ format: 'trl', path: log, study: `logs-${Date.now()}` }),
    true,
  );
  await stop();
  rmSync(join(home, 'backups'), { recursive: true, force: true });
  server = await serve(home);
  await sleep(55_000); // the day's backup begins a minute after the start
  await measure("the day's backup", dailyBackup, true);
  await measure('another program, copying the database (VACUUM INTO)', copiedByAnother, true);
  await stop();
  makeOlder(home);
  const began = performance.now();
  server = await serve(home); // nobody can be answered before: only how long it takes is told
  rows.push({
    what: 'a migration, with its backup, before it starts',
    seconds: (performance.now() - began) / 1000,
    times: 1,
    answers: [],
  });
  await measure('nothing else, after the migration', () => sleep(LEAST_MS));
} finally {
  await stop();
}
console.log(table());
if (values.write) writeAnswers(section());

/** Asks ordinary questions while the work goes on, once or again and again, and keeps how long each answer took. */
async function measure(what: string, work: () => Promise<unknown>, once = false): Promise<void> {
  const { client } = server;
  const studyId = (await client.studies.list.query()).studies[0]!.id;
  const runId = (await client.studies.get.query({ id: studyId })).cells[0]!.id;
  const questions = [
    () => client.engine.status.query(),
    () => client.studies.get.query({ id: studyId }),
    () => client.runs.get.query({ id: runId }),
    () => client.settings.get.query(),
  ];
  const answers: number[] = [];
  let isOver = false;
  const asking = (async () => {
    for (let i = 0; !isOver; i++) {
      const began = performance.now();
      await questions[i % questions.length]!();
      answers.push(performance.now() - began);
      await sleep(5);
    }
  })();
  const began = performance.now();
  let times = 0;
  do {
    await work();
    times++;
  } while (!once && performance.now() - began < LEAST_MS);
  const seconds = (performance.now() - began) / 1000;
  isOver = true;
  await asking;
  rows.push({ what, seconds: seconds / times, times, answers });
  console.log(lineOf(rows.at(-1)!));
}

async function get(path: string, to?: string): Promise<void> {
  const answer = await fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${server.token}` } });
  if (to === undefined) await answer.arrayBuffer();
  else await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(to));
}

async function post(path: string, file: string): Promise<void> {
  const headers = { Authorization: `Bearer ${server.token}` };
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: readFileSync(file) });
  if (!answer.ok) console.error(`import: ${await answer.text()}`);
}

async function dailyBackup(): Promise<void> {
  const folder = join(home!, 'backups');
  while (!existsSync(folder) || !readdirSync(folder).some((name) => /^daily-.*\.db$/.test(name))) await sleep(20);
}

/** What a user's sqlite3 does beside the engine. */
async function copiedByAnother(): Promise<void> {
  const code = `const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(process.argv[1], { readOnly: true }).exec("VACUUM INTO '" + process.argv[2] + "'")`;
  const copy = join(home!, 'bench-files/copy.db');
  rmSync(copy, { force: true });
  const child = spawn(process.execPath, ['-e', code, join(home!, 'sophia.db'), copy], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  if (status !== 0) throw new Error(`The copy ended with ${status}`);
  rmSync(copy, { force: true });
}

async function serve(home: string) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--json', '--home', home],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const text = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(said);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  const { url, token } = JSON.parse(text) as { url: string; token: string };
  return { child, url, token, client: clientOf(url, token) };
}

async function stop(): Promise<void> {
  if (server.child.exitCode !== null) return;
  const over = new Promise((resolve) => server.child.once('exit', resolve));
  server.child.kill('SIGTERM');
  await over;
}

function lineOf({ what, seconds, times, answers }: Row): string {
  const long = times === 1 ? `${seconds.toFixed(1)} s` : `${seconds.toFixed(2)} s, ${times} times`;
  if (answers.length === 0) return `| ${what} | ${long} | — | — | — | — |`;
  const at = (share: number) => quantile([...answers], share).toFixed(0);
  return `| ${what} | ${long} | ${answers.length} | ${at(0.5)} | **${at(0.99)}** | ${Math.max(...answers).toFixed(0)} |`;
}

function table(): string {
  const head = '| while the engine has | it takes | answers | median, ms | 99th percentile, ms | longest, ms |';
  return [head, '| --- | ---: | ---: | ---: | ---: | ---: |', ...rows.map(lineOf)].join('\n');
}

function section(): string {
  const day = new Date().toISOString().slice(0, 10);
  const [cpu] = cpus();
  const load = loadavg()[0]!.toFixed(1);
  return `${ANSWERS_HEADING}

\`node scripts/run.mjs bench/app/answers.ts HOME ${values.responses === undefined ? '' : `--responses ${values.responses} `}--write\` on ${day}, a home of bench/app/fill.ts (${size}); ${cpus().length} cores (${cpu?.model.replace(/ \d.*$/, '')}), load ${load} by others.
Four ordinary questions (status, a study, a run, settings) are asked in turn. Goal: 99th percentile under ${values.goal} ms.

${table()}
`;
}
