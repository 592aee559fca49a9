/**
 * How a case of each golden file is checked: what is computed from it, and the largest difference to what it says.
 * Unknown fields are ignored; a missing one is an error that names it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { groupAdvantages } from '../src/main/loss/advantages.ts';
import { policyLoss } from '../src/main/loss/policy-loss.ts';
import { scoreAnswer } from '../src/main/rewards/outcome/outcome-reward.ts';
import { readReply } from '../src/main/rewards/thinking/reply.ts';
import { useBackend, whyNoTensorflow } from '../src/main/tensor/backend.ts';
import { totalRewards } from '../src/main/trust/total-reward.ts';
import { SophiaError } from '../src/shared/errors.ts';
import { ANSWER_TYPES } from '../src/shared/question.ts';

/** The largest difference of a case and which of its values it is in. */
export interface Difference {
  readonly difference: number;
  readonly what: string;
}

/** Checks the cases of one file; `note` is added to the file's line. */
export interface Checker {
  readonly note: string;
  readonly check: (golden: unknown) => Difference | Promise<Difference>;
}

interface FileCheck {
  readonly tolerance: number;
  readonly prepare: () => Promise<Checker>;
}

/** The golden files, with their tolerances (README.md of the folder). */
export const CHECKS = {
  'outcome.jsonl': { tolerance: 1e-6, prepare: async () => ({ note: '', check: checkOutcome }) },
  'score-reply.jsonl': { tolerance: 0, prepare: async () => ({ note: '', check: checkReply }) },
  'trust.jsonl': { tolerance: 1e-6, prepare: async () => ({ note: '', check: checkTrust }) },
  'grpo-loss.jsonl': { tolerance: 1e-5, prepare: prepareLoss },
} as const satisfies Record<string, FileCheck>;

export type GoldenFile = keyof typeof CHECKS;

export function isGoldenFile(name: string): name is GoldenFile {
  return name in CHECKS;
}

/** A case's field; throws when it is missing. */
function field<T>(golden: unknown, name: string): T {
  const value = (golden as Record<string, unknown>)[name];
  if (value === undefined) throw new SophiaError('data', `field ${name} is missing.`);
  return value as T;
}

function worst(differences: readonly Difference[]): Difference {
  return differences.reduce((a, b) => (b.difference > a.difference || Number.isNaN(b.difference) ? b : a));
}

/** The largest absolute difference of two lists of numbers and nulls; Infinity where one has no number and the other has. */
function compare(what: string, got: readonly (number | null)[], want: readonly (number | null)[]): Difference {
  if (!Array.isArray(want) || got.length !== want.length) return { what, difference: Number.POSITIVE_INFINITY };
  const gaps = got.map((value, i) => {
    const expected = want[i]!;
    if (value === null || expected === null) return value === expected ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(value - expected);
  });
  return { what, difference: gaps.some(Number.isNaN) ? Number.NaN : Math.max(0, ...gaps) };
}

function checkOutcome(golden: unknown): Difference {
  const kind = field<(typeof ANSWER_TYPES)[number]>(golden, 'kind');
  if (!ANSWER_TYPES.includes(kind)) throw new SophiaError('data', `kind ${JSON.stringify(kind)} is unknown.`);
  const [response, truth] = [field<string>(golden, 'response'), field<string>(golden, 'truth')];
  const { reward } = scoreAnswer({ kind, response, truth, preset: 'official-code' });
  return compare('reward', [reward], [field<number>(golden, 'reward')]);
}

function checkReply(golden: unknown): Difference {
  const { score } = readReply(field<string>(golden, 'reply'), 'official-code');
  return compare('score', [score], [field<number>(golden, 'score')]);
}

/** What the official code's class was constructed with for the golden cases, whatever the row says. */
const OFFICIAL = { totalSteps: 500, alpha: 0.3 };

function checkTrust(golden: unknown): Difference {
  const outcomes = field<number[]>(golden, 'answer');
  const thinking = field<number[]>(golden, 'thinking');
  const step = field<number>(golden, 'step');
  const group = { outcomes, thinking, step };
  const official = field<unknown>(golden, 'official');
  const got = totalRewards({ ...group, ...OFFICIAL, preset: 'official-code', trust: 'exp', annealing: 'exp' });
  const differences = [
    compare('official reward', got.rewards, field(official, 'reward')),
    compare('official thinking', got.thinkingUsed, field(official, 'thinking')),
    compare('official gamma_logged', [got.gammaLogged], [field(official, 'gamma_logged')]),
    compare('official asked', got.asked, field(official, 'asked')),
  ];
  const [alpha, totalSteps] = [field<number>(golden, 'alpha'), field<number>(golden, 'total_steps')];
  for (const trust of ['on', 'off']) {
    for (const annealing of ['on', 'off']) {
      const name = `paper_trust_${trust}_annealing_${annealing}`;
      const want = field<unknown>(golden, name);
      const paper = totalRewards({
        ...group,
        preset: 'paper',
        alpha,
        totalSteps,
        trust: trust === 'on' ? 'exp' : 'none',
        annealing: annealing === 'on' ? 'exp' : 'none',
      });
      differences.push(
        compare(`${name} reward`, paper.rewards, field(want, 'reward')),
        compare(`${name} gamma`, [paper.gamma], [field(want, 'gamma')]),
        compare(`${name} decay`, [paper.decay], [field(want, 'decay')]),
      );
    }
  }
  return worst(differences);
}

/** Every case on every backend that can be had here. */
async function prepareLoss(): Promise<Checker> {
  const backends = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);
  const check = async (golden: unknown): Promise<Difference> => {
    const differences: Difference[] = [];
    for (const backend of backends) {
      await useBackend(backend);
      differences.push(await checkLoss(golden, backend));
    }
    return worst(differences);
  };
  return { note: backends.join(', '), check };
}

type Matrix = number[][];
type LossConfig = Parameters<typeof policyLoss>[0]['config'];

async function checkLoss(golden: unknown, backend: string): Promise<Difference> {
  const config = field<unknown>(golden, 'config');
  const scaling = field<boolean | 'group' | 'batch' | 'none'>(config, 'scale_rewards');
  const { advantages } = groupAdvantages(field<(number | null)[]>(golden, 'rewards'), {
    groupSize: field(config, 'group_size'),
    scaleRewards: scaling === true ? 'group' : scaling === false ? 'none' : scaling,
    stdDdof: field(config, 'std_ddof'),
    stdEps: field(config, 'std_eps'),
  });
  const { loss, gradient } = lossAndGradient(golden, config, advantages);
  const wantGradient = field<Matrix>(golden, 'grad_new_logps').flat();
  return worst([
    relative(`${backend} advantages`, advantages, field<number[]>(golden, 'advantages')),
    // The loss may cancel to almost 0; the terms that it sums are of the gradient's size, so that is its scale too.
    relative(`${backend} loss`, [...(await take(loss))], [field<number>(golden, 'loss')], largest(wantGradient)),
    relative(`${backend} gradient`, [...(await take(gradient))], wantGradient),
  ]);
}

function lossAndGradient(
  golden: unknown,
  config: unknown,
  advantages: number[],
): { loss: tf.Tensor; gradient: tf.Tensor } {
  const matrix = (name: string): tf.Tensor2D => tf.tensor2d(field<Matrix>(golden, name), undefined, 'float32');
  const lossConfig: LossConfig = {
    lossType: field(config, 'loss_type'),
    epsilon: field(config, 'clip_low'),
    epsilonHigh: field(config, 'clip_high'),
    beta: field(config, 'beta'),
    klEstimator: field(config, 'kl_estimator'),
    importanceLevel: field(config, 'importance_level'),
    maxCompletionLength: field(config, 'max_completion_length'),
  };
  return tf.tidy(() => {
    const fixed = { oldLogps: matrix('old_logps'), refLogps: matrix('ref_logps'), mask: matrix('mask') };
    const { value, grad } = tf.valueAndGrad((newLogps: tf.Tensor) => {
      const result = policyLoss({ ...fixed, newLogps: newLogps as tf.Tensor2D, advantages, config: lossConfig });
      result.metrics.dispose();
      return result.loss;
    })(matrix('new_logps'));
    return { loss: value, gradient: grad };
  });
}

async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}

/** The largest difference relative to the largest entry of what is wanted, or to `scale` where that is larger. */
function relative(what: string, got: readonly number[], want: readonly number[], scale = 0): Difference {
  const { difference } = compare(what, got, want);
  const size = Math.max(scale, largest(want));
  return { what, difference: size > 0 ? difference / size : difference };
}

function largest(values: readonly number[]): number {
  return Math.max(0, ...values.map(Math.abs));
}
