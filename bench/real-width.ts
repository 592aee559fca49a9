/**
 * Training steps at real width beside TRL's with PEFT, in turn on one machine: `node scripts/run.mjs bench/real-width.ts CHECKPOINT PICTURE`.
 * Same checkpoint, picture, question, LoRA 16, 4 responses of exactly 64 tokens, float32; prints a table of peaks of memory (VmHWM), seconds and
 * processor time per step. Options: --steps 2, --tokens 64, --checkpointing (on both sides), --rounds 1, --python (of an environment with TRL and
 * PEFT), --write (into RESULTS.md). CHECKPOINT is a Qwen2.5-VL folder with its own tokenizer; each side is a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeRealWidth } from './results-file.ts';
import { setUpPeer } from './training/peers/setup.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '2' },
    tokens: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '1' },
    checkpointing: { type: 'boolean', default: false },
    python: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const [checkpoint, picture] = positionals.map((path) => resolve(path));
if (checkpoint === undefined || picture === undefined) throw new Error('Usage: real-width.ts CHECKPOINT PICTURE');

/** What both sides print. */
interface Measured {
  readonly steps: readonly { readonly seconds: number; readonly cpu: number }[];
  readonly peakMiB: number;
}

const QUESTION = 'What stands on the launch pad?';
const FORMAT = 'Think, then answer.';
const python = values.python ?? peerPython();
const work = mkdtempSync(join(tmpdir(), 'sophia-real-width-'));
const rows: string[] = [];
try {
  const image = `picture${extname(picture)}`;
  copyFileSync(picture, join(work, image));
  const question = { question: QUESTION, answer: 'rocket', image };
  writeFileSync(join(work, 'q.jsonl'), `${JSON.stringify(question)}\n`);
  const home = join(work, 'home');
  run('bin/sophia', ['data', 'import', join(work, 'q.jsonl'), '--name', 'q', '--home', home]);
  const flags = [
    '--steps',
    values.steps,
    '--tokens',
    values.tokens,
    ...(values.checkpointing ? ['--checkpointing'] : []),
  ];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const load = loadavg()[0]!.toFixed(1);
    const steps = (dtype: string) =>
      measured(
        run('node', [
          'scripts/run.mjs',
          'bench/real/our-steps.ts',
          home,
          checkpoint,
          '--format',
          FORMAT,
          '--dtype',
          dtype,
          ...flags,
        ]),
      );
    const ours = steps('float32');
    const peer = measured(
      run(python, ['bench/real/trl_real.py', checkpoint, picture, `${QUESTION}\n${FORMAT}`, ...flags]),
    );
    const packed = steps('auto');
    rows.push(
      row(round, load, 'ours, float32', ours, peer),
      row(round, load, 'ours, as stored', packed, peer),
      row(round, load, 'TRL, float32', peer, peer),
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const markdown = [
  `\`bench/real-width.ts ${basename(checkpoint)} ${basename(picture)} --steps ${values.steps} --tokens ${values.tokens}${values.checkpointing ? ' --checkpointing' : ''}\` on ${new Date().toISOString().slice(0, 10)}; the last step counts.`,
  '',
  '| round | load | side | peak, MiB | / TRL | s a step | / TRL | CPU s a step | / TRL |',
  '| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
].join('\n');
console.log(markdown);
if (values.write) writeRealWidth(markdown);

function row(round: number, load: string, side: string, of: Measured, peer: Measured): string {
  const [mine, theirs] = [of, peer].map(({ steps }) => steps.at(-1)!);
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  const cells = [
    ...[round, load, side],
    ...[of.peakMiB.toFixed(0), ratio(of.peakMiB, peer.peakMiB)],
    ...[mine!.seconds.toFixed(1), ratio(mine!.seconds, theirs!.seconds)],
    ...[mine!.cpu.toFixed(1), ratio(mine!.cpu, theirs!.cpu)],
  ];
  return `| ${cells.join(' | ')} |`;
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The last line that is JSON: TRL prints its log before it. */
function measured(out: string): Measured {
  return JSON.parse(out.trim().split('\n').at(-1)!) as Measured;
}

function peerPython(): string {
  const peer = setUpPeer((line) => process.stderr.write(`${line}\n`));
  if ('python' in peer) return peer.python;
  throw new Error(`No TRL to measure beside: ${peer.missing}. Give --python.`);
}
