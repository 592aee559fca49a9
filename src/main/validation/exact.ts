/**
 * Exact invariances of the method, on random groups and the code that training uses: a thinking reward that tells nothing (the same for every
 * response of a group, or of weight 0) gives GRPO's advantages, and the order of a group's responses does not matter. Plain numbers.
 */
import { namesOf } from '../../shared/kinds/kind.ts';
import { ANNEALING_SCHEDULES, TRUST_MODES } from '../../shared/kinds/trust.ts';
import { ADVANTAGE_SCALINGS, type AdvantageScaling } from '../../shared/kinds/update.ts';
import { zip } from '../../shared/values/list.ts';
import { Random } from '../../shared/values/random.ts';
import { type AdvantageConfig, groupAdvantages } from '../loss/advantages.ts';
import { type TotalRewardsInput, totalRewards } from '../trust/total-reward.ts';

/** Groups to advantages, as a step of training makes them. */
export type AdvantageRule = (groups: readonly TotalRewardsInput[], config: AdvantageConfig) => number[];

const trained: AdvantageRule = (groups, config) =>
  groupAdvantages(
    groups.flatMap((group) => totalRewards(group).rewards),
    config,
  ).advantages;

const BATCHES = 300;
const GROUPS = 4;
const N = 8;
const TRUST = namesOf(TRUST_MODES).filter((mode) => !TRUST_MODES[mode].needsSpreads);
/** Divided by the batch's deviation, groups of different constants differ from one another: one constant for all then. */
const SHARES_CONSTANT = { group: false, batch: true, none: false } as const satisfies Record<AdvantageScaling, boolean>;

/** Largest differences of advantages, over random batches of every trust, annealing and scaling. `rule` is the lab's own by default. */
export function exactFigures(rule: AdvantageRule = trained): {
  readonly constantThinking: number;
  readonly alphaZero: number;
  readonly permutation: number;
} {
  let [constantThinking, alphaZero, permutation] = [0, 0, 0];
  for (let batch = 0; batch < BATCHES; batch++) {
    const random = new Random(0, `exact/${batch}`);
    const config: AdvantageConfig = {
      scaleRewards: random.pick(namesOf(ADVANTAGE_SCALINGS)),
      stdDdof: random.int(0, 1),
      stdEps: 1e-6,
      groupSize: N,
    };
    const shared = {
      preset: 'paper',
      alpha: random.pick([0.3, 1, 4]),
      trust: random.pick(TRUST),
      annealing: random.pick(namesOf(ANNEALING_SCHEDULES)),
      step: random.int(1, 100),
      totalSteps: 100,
    } as const;
    const groups = Array.from({ length: GROUPS }, (): TotalRewardsInput => {
      const solved = random.next(); // some groups are all right or all wrong
      return {
        ...shared,
        outcomes: list(() => Number(random.chance(solved * 1.4 - 0.2))),
        thinking: list(() => random.int(0, 10) / 10),
      };
    });
    const plain = rule(changed(groups, { thinking: null }), config);
    const constants = groups.map(
      (group) => (SHARES_CONSTANT[config.scaleRewards] ? groups[0] : group)?.thinking?.[0] ?? 0,
    );
    const same = zip(groups, constants).map(([group, constant]) => ({ ...group, thinking: list(() => constant) }));
    constantThinking = Math.max(constantThinking, distance(rule(same, config), plain));
    alphaZero = Math.max(alphaZero, distance(rule(changed(groups, { alpha: 0 }), config), plain));
    const orders = groups.map(() => random.shuffle(Array.from({ length: N }, (_, i) => i)));
    const permuted = zip(groups, orders).map(([group, order]) => ({
      ...group,
      outcomes: picked(group.outcomes, order),
      thinking: picked(group.thinking ?? [], order),
    }));
    const actual = rule(groups, config);
    const expected = orders.flatMap((order, g) => picked(actual.slice(g * N, (g + 1) * N), order));
    permutation = Math.max(permutation, distance(rule(permuted, config), expected));
  }
  return { constantThinking, alphaZero, permutation };
}

const list = <T>(make: () => T): T[] => Array.from({ length: N }, make);
const changed = (groups: readonly TotalRewardsInput[], change: Partial<TotalRewardsInput>) =>
  groups.map((group) => ({ ...group, ...change }));
const picked = <T>(items: readonly T[], order: readonly number[]): T[] => order.map((i) => items[i] as T);

/** The largest distance between two lists; NaN where they cannot be compared. */
function distance(a: readonly number[], b: readonly number[]): number {
  return a.length === b.length ? Math.max(0, ...zip(a, b).map(([x, y]) => Math.abs(x - y))) : Number.NaN;
}
