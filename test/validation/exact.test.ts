/** The exact invariances hold of the lab's code, and a method that breaks one is found out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupAdvantages } from '../../src/main/loss/advantages.ts';
import { totalRewards } from '../../src/main/trust/total-reward.ts';
import { type AdvantageRule, exactFigures } from '../../src/main/validation/exact.ts';
import { holds } from '../../src/shared/validation/checks.ts';

const found = (rule?: AdvantageRule) => {
  const { constantThinking, alphaZero, permutation } = exactFigures(rule);
  return [
    holds('constant-thinking', [constantThinking]),
    holds('alpha-zero', [alphaZero]),
    holds('permutation', [permutation]),
  ];
};
const rule =
  (change: (rewards: (number | null)[], thinking: boolean) => (number | null)[]): AdvantageRule =>
  (groups, config) =>
    groupAdvantages(
      groups.flatMap((group) => change(totalRewards(group).rewards, group.thinking !== null)),
      config,
    ).advantages;

test('a thinking reward that tells nothing gives GRPO’s advantages, and the order of responses does not matter', () => {
  assert.deepEqual(found(), [true, true, true]);
});

test('a thinking reward that counts twice for the right answers is found out', () => {
  const twice: AdvantageRule = (groups, config) =>
    groupAdvantages(
      groups.flatMap((group) => {
        const { rewards, thinkingUsed } = totalRewards(group);
        return rewards.map((reward, i) =>
          reward === null ? null : reward + (group.outcomes[i] ?? 0) * group.alpha * (thinkingUsed[i] ?? 0),
        );
      }),
      config,
    ).advantages;
  assert.deepEqual(found(twice), [false, true, true]);
});

test('a bonus for having thinking at all is found out with alpha 0', () => {
  const bonus = rule((rewards, thinking) =>
    rewards.map((reward, i) => (reward === null ? null : reward + (thinking && i % 2 === 0 ? 0.1 * reward : 0))),
  );
  assert.equal(found(bonus)[1], false);
});

test('a reward that depends on a response’s place is found out', () => {
  const placed = rule((rewards) => rewards.map((reward, i) => (reward === null ? null : reward + 1e-6 * i)));
  assert.equal(found(placed)[2], false);
});
