/**
 * False marks and power of the rules by which differences are marked, on simulated studies whose truth is known: answers of two variants to
 * the same questions with the same seeds, the variance between runs and between questions as chosen, no effect at all (false marks) or one of
 * three points (power). `npm run bench:statistics [-- STUDIES]` prints the tables of docs/statistics.md; 2,000 studies a cell by default.
 */
import { crossedInterval } from '../../src/main/store/statistics/crossed-effects.ts';
import { pairedInterval } from '../../src/main/store/statistics/paired-bootstrap.ts';
import { holm } from '../../src/main/store/statistics/sign-flip.ts';
import { Random } from '../../src/shared/values/random.ts';

/** Questions per benchmark and benchmarks averaged: what the example studies ask. */
const QUESTIONS = 80;
const BENCHMARKS = 5;
/** Share of questions that the variants answer differently, as found between runs of the embedded model. */
const DISCORDANT = 0.08;
const EFFECT = 0.03;
/** Draws of the bootstrap here: enough to tell a rule's rate, not a paper's interval. */
const DRAWS = 400;

interface World {
  readonly seedSd: number; // of the true difference between runs
  readonly questionSd: number; // of the true difference between questions
}
const WORLDS: readonly World[] = [0, 0.1].flatMap((questionSd) =>
  [0, 0.01, 0.03].map((seedSd) => ({ seedSd, questionSd })),
);

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Differences -1, 0, 1 of one study: [benchmark][seed][question]. */
function study(random: Random, { seedSd, questionSd }: World, seeds: number, effect: number): number[][][] {
  const runs = Array.from({ length: seeds }, () => effect + seedSd * normal(random));
  return Array.from({ length: BENCHMARKS }, () => {
    const questions = Array.from({ length: QUESTIONS }, () => questionSd * normal(random));
    return runs.map((run) =>
      questions.map((question) => {
        const gap = Math.max(-1, Math.min(1, run + question));
        const differ = Math.max(DISCORDANT, Math.abs(gap));
        const draw = random.next();
        return draw < (differ + gap) / 2 ? 1 : draw < differ ? -1 : 0;
      }),
    );
  });
}

const excludesZero = (interval: { readonly low: number; readonly high: number } | null) =>
  interval !== null && (interval.low > 0 || interval.high < 0);

const RULES = {
  'crossed effects': (differences: number[][][]) =>
    excludesZero(crossedInterval(differences.map((each) => ({ differences: each })))),
  bootstrap: (differences: number[][][]) =>
    excludesZero(
      pairedInterval(
        differences.map((each, i) => ({ name: `b${i}`, differences: each })),
        { repetitions: DRAWS },
      ),
    ),
} as const;

/** Share of studies that a rule marks, in percent. */
function marked(rule: keyof typeof RULES, world: World, seeds: number, effect: number, studies: number): number {
  const random = new Random(11, `${rule} ${world.seedSd} ${world.questionSd} ${seeds} ${effect}`);
  let count = 0;
  for (let i = 0; i < studies; i++) if (RULES[rule](study(random, world, seeds, effect))) count++;
  return (100 * count) / studies;
}

/** Share of null studies of three variants against a baseline, two averages each, with any mark after Holm's correction. */
function anyMark(world: World, seeds: number, studies: number): number {
  const random = new Random(12, `family ${world.seedSd} ${world.questionSd} ${seeds}`);
  let count = 0;
  for (let i = 0; i < studies; i++) {
    const ps = Array.from(
      { length: 6 },
      () => crossedInterval(study(random, world, seeds, 0).map((differences) => ({ differences })))?.p ?? null,
    );
    if (holm(ps).some((p) => p !== null && p < 0.05)) count++;
  }
  return (100 * count) / studies;
}

const studies = Number(process.argv[2] ?? 2000);
const row = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);
const rate = (value: number) => value.toFixed(1);
console.log(`${studies} studies a cell, ${BENCHMARKS} benchmarks of ${QUESTIONS} questions.\n`);
for (const [title, effect] of [
  ['False marks in %, no effect', 0],
  [`Power in %, an effect of ${100 * EFFECT} points`, EFFECT],
] as const) {
  console.log(`${title}\n`);
  row([
    'between runs',
    'between questions',
    ...Object.keys(RULES).flatMap((rule) => [3, 5, 10].map((n) => `${rule}, ${n} seeds`)),
  ]);
  row(Array.from({ length: 2 + 3 * Object.keys(RULES).length }, () => '---:'));
  for (const world of WORLDS)
    row([
      `${100 * world.seedSd} points`,
      `${100 * world.questionSd} points`,
      ...(Object.keys(RULES) as (keyof typeof RULES)[]).flatMap((rule) =>
        [3, 5, 10].map((seeds) =>
          rate(marked(rule, world, seeds, effect, rule === 'bootstrap' ? studies / 4 : studies)),
        ),
      ),
    ]);
  console.log('');
}
console.log('Null studies with any mark in %, six differences, Holm\n');
row(['between runs', 'between questions', '5 seeds', '10 seeds']);
row(['---:', '---:', '---:', '---:']);
for (const world of WORLDS)
  row([
    `${100 * world.seedSd} points`,
    `${100 * world.questionSd} points`,
    ...[5, 10].map((seeds) => rate(anyMark(world, seeds, studies / 4))),
  ]);
