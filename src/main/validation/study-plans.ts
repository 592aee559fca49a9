/**
 * The studies that the long checks are judged by: ordinary studies of the home, named validation-WORLD-..., trained by the engine's queue. Their
 * description names the models by hash: other models make other studies, and what is finished is used again.
 */
import { stringify } from 'yaml';
import { parseStudy, type Study } from '../../shared/study/study.ts';
import type { CheckName } from '../../shared/validation/checks.ts';

/** How large they are; smaller ones serve tests. */
export interface PlanSize {
  readonly totalSteps: number;
  readonly questions: number; // per benchmark
  readonly seeds: number;
  readonly pairs: number; // of A/A runs
}
export const FULL_SIZE: PlanSize = { totalSteps: 100, questions: 200, seeds: 5, pairs: 20 };

/** What each study of the world shortcut is for. */
export const PLANS = {
  controls: ['positive-control', 'shuffled-thinking', 'mechanism'],
  'weak-cue': ['weak-cue'],
  'same-arms': ['same-arms'],
} as const satisfies Record<string, readonly CheckName[]>;
export type PlanName = keyof typeof PLANS;

const NOISE = 0.15;
const ABOUT: Readonly<Record<PlanName, string>> = {
  controls: 'Positive and negative controls of the instrument, and the mechanism.',
  'weak-cue': 'Where the cue does not pay, rewarding the thinking has nothing to cure.',
  'same-arms': 'A/A: two arms that differ in the salt of their draws alone.',
};
const CUE_RATES: Readonly<Record<PlanName, number>> = { controls: 0.95, 'weak-cue': 0.6, 'same-arms': 0.95 };
const ARMS = {
  controls: { grpo: {}, full: {}, oracle: {}, 'full-shuffled': { base: 'full', reward: { shuffled: true } } },
  'weak-cue': { grpo: {}, oracle: {} },
  'same-arms': { grpo: {}, 'grpo-again': { base: 'grpo', generation: { salt: 1 } } },
} as const satisfies Record<PlanName, object>;

/** The names of a world's studies, in the order in which they run: what the most depends on comes first. */
export function planNames(world: string): PlanName[] {
  return world === 'shortcut' ? ['controls', 'weak-cue', 'same-arms'] : [];
}

/** The name of a study in the home. */
export const studyName = (world: string, plan: PlanName): string => `validation-${world}-${plan}`;

/** The text of a study file. `models` are hashes by name. */
export function planYaml(
  world: string,
  plan: PlanName,
  models: Readonly<Record<string, string | null>>,
  { totalSteps, questions, seeds, pairs }: PlanSize = FULL_SIZE,
): string {
  const hashes = Object.entries(models).map(([name, hash]) => `${name} ${hash?.slice(0, 16) ?? 'not there'}`);
  return stringify({
    name: studyName(world, plan),
    description: `${ABOUT[plan]} Made by sophia validate with ${hashes.join(', ')}.`,
    settings: {
      data: { world, cueRate: CUE_RATES[plan], labelNoise: NOISE },
      training: { totalSteps, learningRate: 1e-4, lrSchedulerType: 'linear', checkpointEvery: totalSteps },
      evaluation: { every: 0, questions },
    },
    variants: ARMS[plan],
    seeds: Array.from({ length: plan === 'same-arms' ? pairs : seeds }, (_, seed) => seed),
    baseline: 'grpo',
  });
}

/** The same as a checked study. */
export function planStudy(...plan: Parameters<typeof planYaml>): Study {
  return parseStudy(planYaml(...plan), studyName(plan[0], plan[1]));
}
