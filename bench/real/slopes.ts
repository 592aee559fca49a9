/**
 * What a 3B and a 7B need, by measured slopes: `node scripts/run.mjs bench/real/slopes.ts FOLDER [--only 3b-lora] [--fit] [--write]`. Checkpoints of
 * the released widths with few layers train a step each, over layers, tower blocks, tokens and pictures; the peak of the process's memory (VmHWM)
 * is fitted by least squares, and told for whole models with its 95 % interval. Points that FOLDER/points.jsonl has are not measured again; --fit
 * measures nothing. 8 GiB of memory and 3 GB of disk are enough; Linux.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSlopes } from '../results-file.ts';
import { type Point, pointKey, SERIES } from './slopes/plan.ts';
import { slopesReport } from './slopes/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    fit: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [folder = ''] = positionals;
if (folder === '') throw new Error('Usage: slopes.ts FOLDER [--only SERIES] [--fit] [--write]');
mkdirSync(folder, { recursive: true });
const file = join(folder, 'points.jsonl');
const known = new Map<string, number>();
if (existsSync(file))
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { key, peakMiB } = JSON.parse(line) as { key: string; peakMiB: number };
    known.set(key, peakMiB);
  }

const home = join(folder, 'home');
const tool = (...args: string[]) =>
  execFileSync('node', ['scripts/run.mjs', ...args], { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: 'pipe' });

/** The imported set of one question about a picture of this size, or about none; made at its first use. */
function sourceOf({ picture }: Point): string {
  const name = picture === null ? 'text' : picture.join('x');
  if (existsSync(join(home, 'datasets', name))) return name;
  const question = { question: 'How many bars are red?', answer: '3' };
  if (picture !== null)
    tool('bench/real/make-picture.ts', `${picture[0]}`, `${picture[1]}`, join(folder, `${name}.png`));
  const row = picture === null ? question : { ...question, image: `${name}.png` };
  writeFileSync(join(folder, `${name}.jsonl`), `${JSON.stringify(row)}\n`);
  execFileSync('bin/sophia', ['data', 'import', join(folder, `${name}.jsonl`), '--name', name, '--home', home]);
  return name;
}

function measure(point: Point): number {
  const checkpoint = join(folder, 'checkpoint');
  const { layers, depth, vocabulary } = point;
  const shape = ['--layers', `${layers}`, '--depth', `${depth}`, '--vocabulary', `${vocabulary}`];
  try {
    tool('bench/real/make-checkpoint.ts', point.width, checkpoint, ...shape);
    const out = tool(
      'bench/real/our-steps.ts',
      ...[home, checkpoint, '--source', sourceOf(point), '--steps', '1', '--checkpointing', '--dtype', point.dtype],
      ...['--tokens', `${point.tokens}`, '--generations', `${point.generations}`, '--questions', `${point.questions}`],
      ...(point.trained === 'lora' ? ['--rank', '16'] : ['--rank', '0', '--tower']),
    );
    return (JSON.parse(out.trim().split('\n').at(-1)!) as { peakMiB: number }).peakMiB;
  } finally {
    rmSync(checkpoint, { recursive: true, force: true });
  }
}

if (!values.fit)
  for (const { name, points } of SERIES.filter((series) => (values.only ?? series.name) === series.name))
    for (const point of points) {
      const key = pointKey(point);
      if (known.has(key)) continue;
      const began = performance.now();
      const peakMiB = measure(point);
      known.set(key, peakMiB);
      appendFileSync(file, `${JSON.stringify({ key, peakMiB })}\n`);
      console.error(
        `${name}: ${key}: ${peakMiB.toFixed(0)} MiB (${((performance.now() - began) / 1000).toFixed(0)} s)`,
      );
    }
const report = slopesReport(known);
console.log(report);
if (values.write)
  writeSlopes(
    `Made by \`bench/real/slopes.ts\` on ${new Date().toISOString().slice(0, 10)}: peaks of a process on the CPU, the first step, gradient checkpointing.\n\n${report}`,
  );
