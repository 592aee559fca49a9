/** bench/RESULTS.md from a finished bench: what was compared on which machine, ratios, phases, memory, and what the arithmetic alone would take. */
import { median } from 'simple-statistics';
import type { Comparison, OurRun, PeerRun, Round } from './compare.ts';
import type { StepFlop } from './flop.ts';

/** Everything the report tells. */
export interface BenchResults {
  readonly date: string; // YYYY-MM-DD
  readonly machine: string;
  readonly threads: number;
  readonly steps: number;
  readonly command: string;
  readonly peerMissing: string | null;
  readonly text: Comparison;
  readonly vision: Comparison;
  readonly frozen: OurRun | null; // the vision step with the product's default, a frozen tower
  readonly growth: OurRun | null; // a long run of the vision step
  readonly gflops: number;
  readonly flop: {
    readonly text: StepFlop;
    readonly vision: StepFlop;
    readonly peerText: StepFlop;
    readonly peerVision: StepFlop;
  };
}

/** Steps whose memory is compared. */
export const GROWTH_FROM = 50;

/** The report as Markdown. */
export function report(results: BenchResults): string {
  return [
    '# Bench results',
    `Made by \`${results.command}\` on ${results.date}. ${results.machine}`,
    setting(results),
    '## Seconds per step',
    summary(results),
    '## Every round',
    "Load is the machine's load average before the round, so work of others is in it. CPU: seconds of our threads per step.",
    rounds('Text', results.text.rounds),
    rounds('Vision', results.vision.rounds),
    '## By phase',
    phases(results),
    '## Arithmetic alone',
    arithmetic(results),
    '## Memory and start',
    memory(results),
    '## Thinking reward against generation',
    thinking(results),
    '## What is compared',
    WHAT,
    '',
  ].join('\n\n');
}

const WHAT = `- **Text**: Qwen2-like model (vocabulary 512, width 128, 4 layers, 4 heads of which 2 key-value, inner width 512; 1.12 M parameters), 4 prompts of 32
  tokens x 8 responses of exactly 64 tokens at temperature 1, reference with beta 0.04, one AdamW update at 1e-4. Peer: TRL's GRPOTrainer (peers/trl_bench.py).
- **Vision**: Qwen2.5-VL of the same text sizes and a tower of 2 blocks of width 64 (1.37 M parameters), one random 112x112 picture per prompt, 55 prompt ids.
  Ours is the full Trust-GRPO step: it also scores all 32 thinkings by a TRM of the same size in process, applies trust and annealing, and commits 32
  responses and all metrics to SQLite. The peer's is plain GRPO (peers/trl_bench_vl.py). Both train the tower; "frozen" is our default setting.
- Ours is what a run does: encodeQuestion, grpoStep, stepMetrics, Store.recordEvent. The bench's tokenizer writes each response as a well-formed text whose
  answer is right half of the time (numeric rule), and the TRM's output layer knows score tokens only, so that rewards, trust and advantages have work to do.
- The first two steps count for neither side (ours build graphs in the first). The peer's step is its script's own \`step\`, without data loading.`;

function setting({ threads, steps, peerMissing, vision, text, gflops }: BenchResults): string {
  const { backend } = text.rounds[0]!.ours.summary;
  const versions = text.rounds.find((round) => round.peer !== null)?.peer?.versions ?? null;
  const peer =
    versions === null
      ? `No peer: ${peerMissing ?? 'its program did not end well'}.`
      : `Peer: ${Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')}.`;
  const ours = `Ours: Node ${process.versions.node}, backend ${backend.name} ${backend.version} on ${backend.device}, ${gflops.toFixed(0)} GFLOP/s (best matrix product seen).`;
  return `Threads on both sides: ${threads}, float32; ${text.rounds.length} text and ${vision.rounds.length} vision rounds of ${steps} steps each, the sides in turn. ${ours} ${peer}`;
}

function summary({ text, vision, frozen }: BenchResults): string {
  const row = (name: string, { rounds: all }: Comparison) => {
    const ours = all.map((round) => round.ours.step.median);
    const peers = all.flatMap((round) => (round.peer === null ? [] : [round.peer.step.median]));
    const ratios = ratiosOf(all);
    const tokens = all[0]!.ours.tokens / median(ours);
    return [
      name,
      range(ours),
      peers.length === 0 ? '-' : range(peers),
      ratios.length === 0 ? '-' : `**${median(ratios).toFixed(2)}**`,
      ratios.map((ratio) => ratio.toFixed(2)).join(', '),
      tokens.toFixed(0),
    ];
  };
  const rows = [row('Text', text), row('Vision, full Trust-GRPO', vision)];
  if (frozen !== null)
    rows.push([
      'Vision, tower frozen',
      `${frozen.step.median.toFixed(3)} (one run)`,
      '-',
      '-',
      '',
      (frozen.tokens / frozen.step.median).toFixed(0),
    ]);
  return table(['Step', 'Ours: median of rounds (min - max)', 'TRL', 'Ours / TRL', 'By round', 'Our tokens/s'], rows);
}

function ratiosOf(all: readonly Round[]): number[] {
  return all.flatMap(({ ours, peer }) => (peer === null ? [] : [ours.step.median / peer.step.median]));
}

function rounds(name: string, all: readonly Round[]): string {
  const cells = (step: { min: number; median: number; max: number }) =>
    `${three(step.min)} / ${three(step.median)} / ${three(step.max)}`;
  return table(
    [name, 'Load', 'Ours min / median / max', 'CPU', 'TRL min / median / max', 'Ours / TRL'],
    all.map(({ load, ours, peer }, i) => [
      `${i + 1}`,
      load.toFixed(1),
      cells(ours.step),
      three(ours.cpu),
      peer === null ? '-' : cells(peer.step),
      peer === null ? '-' : (ours.step.median / peer.step.median).toFixed(2),
    ]),
  );
}

function phases({ text, vision, frozen }: BenchResults): string {
  const over = (all: readonly Round[], pick: (ours: OurRun) => number) => median(all.map((round) => pick(round.ours)));
  const peer = (all: readonly Round[], pick: (peerRun: PeerRun) => number) => {
    const known = all.flatMap((round) => (round.peer === null ? [] : [pick(round.peer)]));
    return known.length === 0 ? '-' : three(median(known));
  };
  const ours = (name: string, pick: (run: OurRun) => number) => [
    name,
    three(over(text.rounds, pick)),
    three(over(vision.rounds, pick)),
    frozen === null ? '-' : three(pick(frozen)),
  ];
  const rows = [
    [...ours('encode prompts and pictures', (run) => run.phases.encode), '', ''],
    [
      ...ours('generate', (run) => run.phases.generate),
      peer(text.rounds, (round) => round.generation),
      peer(vision.rounds, (round) => round.generation),
    ],
    [...ours('rewards (vision: with TRM)', (run) => run.phases.thinking), '', ''],
    [
      ...ours('reference', (run) => run.phases.reference),
      peer(text.rounds, (round) => round.scoring),
      peer(vision.rounds, (round) => round.scoring),
    ],
    [
      ...ours('update', (run) => run.phases.update),
      peer(text.rounds, (round) => round.update),
      peer(vision.rounds, (round) => round.update),
    ],
    [...ours('metrics', (run) => run.phases.metrics), '', ''],
    [...ours('log to SQLite', (run) => run.phases.log), '', ''],
    [
      ...ours('whole step', (run) => run.step.median),
      peer(text.rounds, (round) => round.step.median),
      peer(vision.rounds, (round) => round.step.median),
    ],
  ];
  const share = (100 * over(vision.rounds, (run) => run.phases.log / run.step.median)).toFixed(1);
  const note = `TRL's reference cell holds its rewards too, its optimiser is in the whole step only. Logging is ${share} % of our vision step, done here within the step.`;
  return `${table(['Seconds', 'Ours, text', 'Ours, vision', 'Ours, tower frozen', 'TRL, text', 'TRL, vision'], rows)}\n\n${note}`;
}

function arithmetic({ flop, gflops, text, vision }: BenchResults): string {
  const row = (name: string, count: StepFlop, seconds: number | null) => [
    name,
    ...[count.generate, count.thinking, count.reference, count.update, count.total].map((one) =>
      (one / 1e9).toFixed(1),
    ),
    three(count.total / 1e9 / gflops),
    seconds === null ? '-' : three(seconds),
    seconds === null ? '-' : `${((100 * count.total) / 1e9 / gflops / seconds).toFixed(0)} %`,
  ];
  const ours = ({ rounds: all }: Comparison) => median(all.map((round) => round.ours.step.median));
  const peers = ({ rounds: all }: Comparison) => {
    const known = all.flatMap((round) => (round.peer === null ? [] : [round.peer.step.median]));
    return known.length === 0 ? null : median(known);
  };
  const rows = [
    row('Ours, text', flop.text, ours(text)),
    row('Ours, vision', flop.vision, ours(vision)),
    row('TRL, text', flop.peerText, peers(text)),
    row('TRL, vision', flop.peerVision, peers(vision)),
  ];
  const head = [
    'GFLOP of matrix products',
    'generate',
    'thinking',
    'reference',
    'update',
    'total',
    `seconds at ${gflops.toFixed(0)} GFLOP/s`,
    'measured',
    'share',
  ];
  return `${table(head, rows)}\n\nOurs computes a group's prompt and picture once for its 8 responses, TRL once per response.`;
}

function memory({ text, vision, growth }: BenchResults): string {
  const rows = [text, vision].map(({ rounds: all, script }) => {
    const peers = all.flatMap((round) => (round.peer === null ? [] : [round.peer.peakRssMiB]));
    const first = all.flatMap((round) => (round.peer === null ? [] : [round.peer.firstStep]));
    return [
      script === 'text-step.ts' ? 'Text' : 'Vision',
      `${Math.max(...all.map((round) => round.ours.summary.peakRssMiB)).toFixed(0)}`,
      peers.length === 0 ? '-' : Math.max(...peers).toFixed(0),
      `${median(all.map((round) => round.ours.firstStep)).toFixed(1)}`,
      first.length === 0 ? '-' : median(first).toFixed(1),
    ];
  });
  const cells = table(['', 'Our peak, MiB', 'TRL peak, MiB', 'Our first step, s', "TRL's first step, s"], rows);
  return `${cells}\n\n${growth === null ? 'Growth over a long run was not measured.' : growthLine(growth)}`;
}

/** Resident memory at GROWTH_FROM and at the end of a long run, and the tensors alive. */
function growthLine({ lines }: OurRun): string {
  const early = lines[GROWTH_FROM - 1]!;
  const late = lines.at(-1)!;
  const percent = (100 * (late.rssMiB - early.rssMiB)) / early.rssMiB;
  return `Vision step, one run of ${lines.length} steps: ${early.rssMiB.toFixed(0)} MiB at step ${early.step}, ${late.rssMiB.toFixed(0)} MiB at step ${late.step}: ${percent.toFixed(1)} % growth (wanted below 5 %); tensors alive ${early.tensors} and ${late.tensors}.`;
}

function thinking({ vision }: BenchResults): string {
  const ratio = median(vision.rounds.map(({ ours }) => ours.phases.thinking / ours.phases.generate));
  const { scored } = vision.rounds[0]!.ours.summary;
  return `Scoring ${scored} thinkings of 64 tokens takes ${ratio.toFixed(2)} of the time of generating them (wanted below 1).`;
}

const three = (seconds: number): string => seconds.toFixed(3);
const range = (values: readonly number[]): string =>
  `${three(median(values))} (${three(Math.min(...values))} - ${three(Math.max(...values))})`;

/** A Markdown table; all columns but the first to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
