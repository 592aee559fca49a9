/**
 * How a case of each golden file is checked: what is computed from it, and the largest difference to what it says.
 * Unknown fields are ignored; a missing one is an error that names it.
 */
import { scoreAnswer } from '../src/main/rewards/outcome/outcome-reward.ts';
import { readReply } from '../src/main/rewards/thinking/reply.ts';
import { totalRewards } from '../src/main/trust/total-reward.ts';
import { SophiaError } from '../src/shared/errors.ts';
import { ANSWER_TYPES, type AnswerType } from '../src/shared/question.ts';
import { type Checker, compare, type Difference, field, worst } from './golden/case.ts';
import { onEachBackend } from './golden/each-backend.ts';
import { checkLoss } from './golden/loss.ts';
import { checkTrlLoss } from './golden/trl-loss.ts';

interface FileCheck {
  readonly tolerance: number;
  readonly prepare: () => Promise<Checker>;
}

/** The golden files, with their tolerances (README.md of the folder). */
export const CHECKS = {
  'outcome.jsonl': { tolerance: 1e-6, prepare: async () => ({ note: '', check: checkOutcome }) },
  'score-reply.jsonl': { tolerance: 0, prepare: async () => ({ note: '', check: checkReply }) },
  'trust.jsonl': { tolerance: 1e-6, prepare: async () => ({ note: '', check: checkTrust }) },
  'grpo-loss.jsonl': { tolerance: 1e-5, prepare: () => onEachBackend(checkLoss) },
  'trl-loss.jsonl': { tolerance: 1e-5, prepare: () => onEachBackend(checkTrlLoss) },
} as const satisfies Record<string, FileCheck>;

export type GoldenFile = keyof typeof CHECKS;

export function isGoldenFile(name: string): name is GoldenFile {
  return name in CHECKS;
}

function checkOutcome(golden: unknown): Difference {
  const kind = field<AnswerType>(golden, 'kind');
  if (!Object.hasOwn(ANSWER_TYPES, kind)) throw new SophiaError('data', `kind ${JSON.stringify(kind)} is unknown.`);
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
