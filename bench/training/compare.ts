/** Runs both sides in turn and gathers their figures. Each run is a process of its own, so neither side's memory or threads touch the other. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import type { Phase, RunSummary, StepLine } from './steps.ts';

/** Steps at the start that count for neither side, as in the peers' scripts: ours build their graphs in the first. */
export const SKIPPED_STEPS = 2;

/** Smallest, middle and largest of some figures. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** One run of our side. */
export interface OurRun {
  readonly step: Spread; // seconds
  readonly cpu: number; // CPU seconds per step, both threads together
  readonly phases: Readonly<Record<Phase, number>>; // medians
  readonly firstStep: number;
  readonly tokens: number; // per step
  readonly summary: Omit<RunSummary, 'lines'>;
  readonly lines: readonly StepLine[];
}

/** One run of the peer. */
export interface PeerRun {
  readonly step: Spread;
  readonly generation: number;
  readonly scoring: number; // reference and rewards
  readonly update: number; // forward and backward; the optimiser is in the rest of the step
  readonly firstStep: number;
  readonly peakRssMiB: number;
  readonly parameters: number;
  readonly versions: Readonly<Record<string, string>> | null;
}

/** One round: ours, then the peer at once after it; `load` is the machine's load average before it, how busy others kept it. */
export interface Round {
  readonly load: number;
  readonly ours: OurRun;
  readonly peer: PeerRun | null;
}

export interface Comparison {
  readonly script: 'text-step.ts' | 'vision-step.ts';
  readonly peerScript: 'trl_bench.py' | 'trl_bench_vl.py';
  readonly rounds: readonly Round[];
}

export interface RoundOptions {
  readonly steps: number;
  readonly threads: number;
  readonly python: string | null;
}

/** Runs one round. The side that begins alternates, so that a machine growing slower favours neither. */
export function runRound(
  script: Comparison['script'],
  peerScript: Comparison['peerScript'],
  index: number,
  { steps, threads, python }: RoundOptions,
): Round {
  const load = loadavg()[0]!;
  if (index % 2 === 0 || python === null) {
    const ours = runOurs(script, steps, threads);
    return { load, ours, peer: python === null ? null : runPeer(python, peerScript, steps, threads) };
  }
  const peer = runPeer(python, peerScript, steps, threads);
  return { load, peer, ours: runOurs(script, steps, threads) };
}

/** Runs one of our programs to its end. */
export function runOurs(
  script: Comparison['script'],
  steps: number,
  threads: number,
  flags: readonly string[] = [],
): OurRun {
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=DEP0044',
    join(import.meta.dirname, script),
    '--steps',
    `${steps}`,
    '--threads',
    `${threads}`,
    ...flags,
  ];
  const out = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rows = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StepLine | { summary: OurRun['summary'] });
  const lines = rows.filter((row): row is StepLine => 'step' in row);
  const { summary } = rows.at(-1) as { summary: OurRun['summary'] };
  const counted = lines.slice(Math.min(SKIPPED_STEPS, lines.length - 1));
  const phases = Object.fromEntries(
    Object.keys(lines[0]!.phases).map((phase) => [phase, median(counted.map((line) => line.phases[phase as Phase]))]),
  );
  const cpu = median(counted.map((line) => line.cpuSeconds));
  return {
    step: spread(counted.map((line) => line.seconds)),
    cpu,
    phases: phases as OurRun['phases'],
    firstStep: lines[0]!.seconds,
    tokens: lines[0]!.tokens,
    summary,
    lines,
  };
}

interface PeerFile {
  readonly params: number;
  readonly peak_rss_mib: number;
  readonly versions?: Record<string, string>;
  readonly first_two_steps?: number[];
  readonly first_two?: number[];
  readonly per_step?: PeerSteps;
}

interface PeerSteps {
  readonly step: Spread;
  readonly generation: Spread;
  readonly score_minus_generation: Spread;
  readonly forward_backward: Spread;
}

/** The peer's figures, or null (and a line that says so) where its program did not end well. */
function runPeer(python: string, script: Comparison['peerScript'], steps: number, threads: number): PeerRun | null {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const out = join(folder, 'out.json');
  try {
    const args = [
      join(import.meta.dirname, 'peers', script),
      '--steps',
      `${steps}`,
      '--threads',
      `${threads}`,
      '--out',
      out,
    ];
    execFileSync(python, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
    return readPeer(JSON.parse(readFileSync(out, 'utf8')));
  } catch (error) {
    const { status, signal, stderr } = error as { status?: number; signal?: string; stderr?: Buffer };
    const last = stderr?.toString().trim().split('\n').at(-1) ?? (error as Error).message;
    process.stderr.write(
      `${script} ended with ${signal ?? `code ${status}`} and counts for nothing: ${last.slice(0, 200)}\n`,
    );
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures of a peer script's output file; the two scripts lay them out differently. */
export function readPeer(file: PeerFile & Partial<PeerSteps>): PeerRun {
  const steps = file.per_step ?? (file as PeerSteps);
  return {
    step: { min: steps.step.min, median: steps.step.median, max: steps.step.max },
    generation: steps.generation.median,
    scoring: steps.score_minus_generation.median,
    update: steps.forward_backward.median,
    firstStep: (file.first_two_steps ?? file.first_two ?? [Number.NaN])[0]!,
    peakRssMiB: file.peak_rss_mib,
    parameters: file.params,
    versions: file.versions ?? null,
  };
}

export function spread(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}
