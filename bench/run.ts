/**
 * `npm run bench`: our training steps against Hugging Face TRL's, in turn in one sitting, into bench/RESULTS.md.
 * Options: --rounds 3, --steps 42, --threads 2, --growth 500 (steps of the memory run, 0 leaves it out), --out FILE, --ours-only,
 * --quick (1 round of 12 steps, no memory run, prints instead of writing).
 */
import { cpus, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { RESULTS, writeTraining } from './results-file.ts';
import { type Comparison, runOurs, runRound } from './training/compare.ts';
import { stepFlop } from './training/flop.ts';
import { setUpPeer } from './training/peers/setup.ts';
import { GROWTH_FROM, report } from './training/report.ts';
import {
  benchConfig,
  benchTokenizer,
  GROUPS,
  IMAGE_SIDE,
  NEW_TOKENS,
  PER_GROUP,
  TEXT_PROMPT,
  VISION_PROMPT,
} from './training/workload.ts';

/** The rating request after a thinking: <think> </think> rate <|im_end|> <|im_start|> assistant. */
const REQUEST_TOKENS = NEW_TOKENS + 6;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '42' },
    threads: { type: 'string', default: '2' },
    growth: { type: 'string', default: '500' },
    out: { type: 'string', default: RESULTS },
    'ours-only': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);
const rounds = values.quick ? 1 : Number(values.rounds);
const steps = values.quick ? 12 : Number(values.steps);
const threads = Number(values.threads);
const growthSteps = values.quick ? 0 : Number(values.growth);

const peer = values['ours-only'] ? { missing: 'left out by --ours-only' } : setUpPeer(say);
const python = 'python' in peer ? peer.python : null;
const peerMissing = 'missing' in peer ? peer.missing : null;
if (peerMissing !== null) say(`Benching ours alone. No peer: ${peerMissing}.`);

const text = compare('text-step.ts', 'trl_bench.py');
const vision = compare('vision-step.ts', 'trl_bench_vl.py');
say('Vision step with a frozen tower ...');
const frozen = runOurs('vision-step.ts', steps, threads, ['--freeze-vision']);
if (growthSteps > 0) say(`Memory over ${growthSteps} steps ...`);
const growth = growthSteps > GROWTH_FROM ? runOurs('vision-step.ts', growthSteps, threads) : null;

const gflops = Math.max(...[...text.rounds, ...vision.rounds].map((round) => round.ours.summary.gflops));
const markdown = report({
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  threads,
  steps,
  command: command(),
  peerMissing,
  text,
  vision,
  frozen,
  growth,
  gflops,
  flop: flop(),
});
if (values.quick) process.stdout.write(markdown);
else {
  writeTraining(markdown, values.out);
  say(`Written: ${values.out}`);
}

function compare(script: Comparison['script'], peerScript: Comparison['peerScript']): Comparison {
  const done = Array.from({ length: rounds }, (_, index) => {
    const round = runRound(script, peerScript, index, { steps, threads, python });
    const { ours, peer: other } = round;
    const against =
      other === null
        ? ''
        : `, TRL ${other.step.median.toFixed(3)} s, ratio ${(ours.step.median / other.step.median).toFixed(2)}`;
    say(
      `${script} round ${index + 1} of ${rounds} (load ${round.load.toFixed(1)}): ours ${ours.step.median.toFixed(3)} s${against}`,
    );
    return round;
  });
  return { script, peerScript, rounds: done };
}

function flop() {
  const tokenizer = benchTokenizer();
  const common = { groups: GROUPS, perGroup: PER_GROUP, newTokens: NEW_TOKENS };
  const textShape = { ...common, prompt: TEXT_PROMPT, patches: 0, visionTrained: false, requestTokens: 0 };
  const config = benchConfig(true, tokenizer);
  const visionShape = {
    ...common,
    prompt: VISION_PROMPT,
    patches: (IMAGE_SIDE / config.vision.patchSize) ** 2,
    visionTrained: true,
  };
  return {
    text: stepFlop(benchConfig(false, tokenizer), { ...textShape, shared: true }),
    vision: stepFlop(config, { ...visionShape, shared: true, requestTokens: REQUEST_TOKENS }),
    peerText: stepFlop(benchConfig(false, tokenizer), { ...textShape, shared: false }),
    peerVision: stepFlop(config, { ...visionShape, shared: false, requestTokens: 0 }),
  };
}

function machine(): string {
  const [first] = cpus();
  return `${type()}, ${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB.`;
}

function command(): string {
  return ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
}
