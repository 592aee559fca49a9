/**
 * `npm run soak -- --minutes 60 --folder DIR`: homes are used as people use them while everything that can go wrong does, again and again: processes
 * are killed and stopped, files altered, clocks jump, the disk is full, endpoints and clusters fail. Afterwards each home is compared with one that
 * nothing disturbed. Started again on its folder it goes on with the next episode. Prints kills, differences, orphans, leftovers and each episode's
 * seed; --seed N --from I --episodes 1 repeats the choices of one (not its timing). Linux.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atomicWriteText } from '../../src/main/model/io/atomic-write.ts';
import { Episode, type Tally } from './episode.ts';
import { SCENES, sceneOf } from './scenes.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    folder: { type: 'string', default: join(tmpdir(), 'sophia-soak') },
    seed: { type: 'string' },
    from: { type: 'string' },
    episodes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
  },
});

/** What is kept between starts. */
interface Kept {
  seed: number;
  next: number; // the next episode
  seconds: number;
  tally: Tally;
  problems: string[];
}

const folder = values.folder;
const file = join(folder, 'soak.json');
mkdirSync(folder, { recursive: true });
const kept: Kept = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { seed: Number(values.seed ?? (Math.random() * 2 ** 31) | 0), next: 0, seconds: 0, tally: {}, problems: [] };
if (values.seed !== undefined) kept.seed = Number(values.seed);
if (values.from !== undefined) kept.next = Number(values.from);
const keep = () => atomicWriteText(file, `${JSON.stringify(kept, null, 1)}\n`);

console.log(`seed ${kept.seed}, from episode ${kept.next}, in ${folder}`);
const began = performance.now();
const before = kept.seconds;
const until = began + Number(values.minutes) * 60_000;
for (let count = 0; performance.now() < until && count < Number(values.episodes); count++) {
  const name = values.only ?? sceneOf(kept.seed, kept.next);
  const play = SCENES[name];
  if (play === undefined) throw new Error(`There is no scene "${name}": ${Object.keys(SCENES).join(', ')}.`);
  const episode = new Episode({ folder, seed: kept.seed, number: kept.next, scene: name, tally: kept.tally });
  const start = performance.now();
  try {
    await play.play(episode);
  } catch (error) {
    episode.problem(`the soak itself failed: ${(error as Error).stack}`);
  }
  await episode.end();
  for (const problem of episode.problems) kept.problems.push(`episode ${kept.next} (${name}): ${problem}`);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(
    `episode ${kept.next} ${name}: ${episode.said()}, ${seconds} s${episode.problems.length > 0 ? ' PROBLEM' : ''}`,
  );
  for (const problem of episode.problems) console.log(`  ${problem}`);
  kept.next++;
  kept.seconds = before + Math.round((performance.now() - began) / 1000);
  keep();
}
summary();

function summary(): void {
  const { tally, problems, seconds, next } = kept;
  const kills = Object.entries(tally).filter(([name]) => name.startsWith('kill '));
  const sum = kills.reduce((total, [, n]) => total + n, 0);
  console.log(`\n${next} episodes in ${Math.round(seconds / 60)} minutes, ${sum} kills; seed ${kept.seed}`);
  for (const [name, n] of Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(n).padStart(7)}  ${name}`);
  for (const name of ['difference', 'orphan', 'leftover', 'hang', 'fault'])
    if (tally[name] === undefined) console.log(`      0  ${name}`);
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  if (values.folder === join(tmpdir(), 'sophia-soak') && problems.length === 0)
    rmSync(folder, { recursive: true, force: true });
}
