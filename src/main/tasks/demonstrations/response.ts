/**
 * Writes demonstrations: a thinking and an answer in the controlled English, sound or flawed in a named way.
 * Form: `<think> sentence . sentence . </think> <answer> X </answer>`, in the tokenizer's canonical spacing. Deliberately absent:
 * judgement of a thinking (rubric/).
 */

import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { entryAt, present } from '../../../shared/values/list.ts';
import type { Random } from '../../../shared/values/random.ts';
import { GUESS_OPENINGS, sayClaim, sayThinking } from '../language/claims.ts';
import { valuesOf } from '../scene/knowledge.ts';
import { claimsOf, compute, runProgram, valueAt } from '../scene/program.ts';
import { readingsOf } from '../scene/readings.ts';
import { OPERATIONS, type Scene, type Step, sceneOf } from '../scene/scene.ts';
import { isSpelling, otherReading, wrongAnswer, wrongValue } from './mistakes.ts';

/** Ways of answering. */
export const STYLES = [
  'sound', // reads, works out, concludes
  'guess', // neither reads nor works out; right now and then
  'wrong-operation', // adds for subtracting, recalls a wrong fact, reads the wrong thing
  'dropped-step', // leaves a reading, fact or sum out; right now and then
  'misread', // one reading is wrong and carried on
  'slip', // sound thinking, wrong final answer
  'right-by-wrong', // wrong thinking, right answer
  'redundant', // sound, but says steps twice
  'hunch', // a guess in the usual words
] as const;
export type Style = (typeof STYLES)[number];

/** One written response. `flawed`: the thinking is not sound (repeating oneself and a slip in the answer are no flaws of soundness). */
export interface WrittenResponse {
  readonly text: string;
  readonly thinking: string;
  readonly answer: string;
  readonly style: Style;
  readonly flawed: boolean;
  readonly flaw: Style | null; // null for sound
}

/** How often a lazy guess, and a conclusion over a dropped step, is right. */
const LUCK = { guess: 0.4, droppedStep: 0.55 } as const;

/** Writes a response to an embedded question in a style. The same arguments and generator state give the same text. */
export function writeResponse(question: Question, style: Style, random: Random): WrittenResponse {
  const scene = sceneOf(question);
  if (scene === null) throw new SophiaError('usage', `Question ${question.id} has no scene to write a response from.`);
  const { sentences, answer } = WRITERS[style](question, scene, random);
  const thinking = sayThinking(sentences);
  const flawed = style !== 'sound' && style !== 'slip' && style !== 'redundant';
  const text = formatResponse(thinking, answer);
  return { text, thinking, answer, style, flawed, flaw: style === 'sound' ? null : style };
}

/** A whole response from its two parts, in canonical spacing. */
export function formatResponse(thinking: string, answer: string): string {
  return `<think> ${thinking} </think> <answer> ${answer} </answer>`;
}

interface Draft {
  readonly sentences: readonly string[];
  readonly answer: string;
}
type Writer = (question: Question, scene: Scene, random: Random) => Draft;

const WRITERS: Record<Style, Writer> = {
  sound: (question, scene) => {
    const values = scene.program.map((step) => step.value);
    return { sentences: sentencesOf(scene.program, values), answer: question.answer };
  },
  guess: (question, scene, random) => guess(question, scene, random, () => random.pick(GUESS_OPENINGS)),
  hunch: (question, scene, random) => guess(question, scene, random, () => GUESS_OPENINGS[0]),
  'wrong-operation': (question, scene, random) => takeTurn(question, scene, random),
  'dropped-step': (question, scene, random) => {
    const at = random.pick(stepsOf(scene, ['read', 'count', 'recall', 'compute', 'compare']));
    const step = entryAt(scene.program, at, 'step');
    const value = random.chance(LUCK.droppedStep) ? step.value : wrongStepValue(step, scene, random);
    return finish(question, scene, random, scene.program, new Map([[at, value]]), at);
  },
  misread: (question, scene, random) => {
    const at = random.pick(stepsOf(scene, ['read', 'count']));
    return misreadAt(question, scene, random, at);
  },
  slip: (question, scene, random) => {
    const values = scene.program.map((step) => step.value);
    return { sentences: sentencesOf(scene.program, values), answer: wrongAnswer(question, scene, random) };
  },
  'right-by-wrong': (question, scene, random) => {
    const drafts = [misreadAt(question, scene, random, random.pick(stepsOf(scene, ['read', 'count'])))];
    const cancelled = cancellingErrors(question, scene, random);
    if (cancelled !== null) drafts.push(cancelled);
    drafts.push(takeTurn(question, scene, random));
    const { sentences } = random.pick(drafts);
    const conclusion = sayClaim({ kind: 'conclude', value: question.answer });
    return { sentences: [...sentences.slice(0, -1), conclusion], answer: question.answer };
  },
  redundant: (question, scene, random) => {
    const sentences = sentencesOf(
      scene.program,
      scene.program.map((step) => step.value),
    );
    for (let times = random.int(1, 2); times > 0; times--) {
      const at = random.int(0, sentences.length - 2);
      sentences.splice(random.int(at + 1, sentences.length - 1), 0, entryAt(sentences, at, 'sentence'));
    }
    return { sentences, answer: question.answer };
  },
};

function guess(
  question: Question,
  scene: Scene,
  random: Random,
  opening: () => (typeof GUESS_OPENINGS)[number],
): Draft {
  const answer = random.chance(LUCK.guess) ? question.answer : wrongAnswer(question, scene, random);
  const guessed = sayClaim({ kind: 'guess', value: answer }, opening());
  return { sentences: [guessed, sayClaim({ kind: 'conclude', value: answer })], answer };
}

function takeTurn(question: Question, scene: Scene, random: Random): Draft {
  const { program, overrides } = wrongTurn(scene, random);
  return finish(question, scene, random, program, overrides);
}

/** Runs a program with overrides and says it, without the step `silent`; where a step cannot be done, the conclusion is a guess. */
function finish(
  question: Question,
  scene: Scene,
  random: Random,
  program: readonly Step[],
  overrides: ReadonlyMap<number, string>,
  silent = -1,
): Draft {
  const values = runProgram(program, scene.options, overrides);
  values[values.length - 1] ??= wrongAnswer(question, scene, random);
  const said = values.map((value, at) => (at === silent ? null : value));
  const claims = claimsOf(program, values).filter((_, at) => said[at] !== null);
  return {
    sentences: claims.flatMap((claim) => (claim === null ? [] : [sayClaim(claim)])),
    answer: present(values.at(-1), 'answer'),
  };
}

function sentencesOf(program: readonly Step[], values: readonly (string | null)[]): string[] {
  return claimsOf(program, values).flatMap((claim) => (claim === null ? [] : [sayClaim(claim)]));
}

/** One reading is wrong; reading the wrong extreme bar leads on to that bar's value. */
function misreadAt(question: Question, scene: Scene, random: Random, at: number): Draft {
  const step = entryAt(scene.program, at, 'step');
  const value = wrongValue(step.value, scene, random);
  const next = scene.program[at + 1];
  if (step.kind === 'read' && /^(tallest|shortest) bar$/.test(step.key) && next?.kind === 'read') {
    const key = `${value} bar`;
    const program = scene.program.with(at + 1, {
      ...next,
      key,
      value: readingsOf(scene.picture).get(key)?.[0] ?? next.value,
    });
    return finish(question, scene, random, program, new Map([[at, value]]));
  }
  return finish(question, scene, random, scene.program, new Map([[at, value]]));
}

/** Two misreadings of a sum that cancel: the right answer by wrong steps. Null where the program is no plain sum. */
function cancellingErrors(question: Question, scene: Scene, random: Random): Draft | null {
  const at = scene.program.findIndex((step) => step.kind === 'compute' && step.operation === 'plus');
  const step = scene.program[at];
  if (step?.kind !== 'compute' || 'constant' in step.a || 'constant' in step.b || step.a.step === step.b.step)
    return null;
  const numberAt = (of: number) => Number(entryAt(scene.program, of, 'step').value);
  const [a, b] = [numberAt(step.a.step), numberAt(step.b.step)];
  if (!(a >= 2) || !(b >= 1)) return null;
  const overrides = new Map([
    [step.a.step, String(a - 1)],
    [step.b.step, String(b + 1)],
  ]);
  return finish(question, scene, random, scene.program, overrides);
}

/** A program and the values forced on it. */
interface Turn {
  readonly program: readonly Step[];
  readonly overrides: ReadonlyMap<number, string>;
}

/** One wrong turn: another operation, a wrong fact, a comparison turned round, or the wrong thing read. */
function wrongTurn(scene: Scene, random: Random): Turn {
  const { program } = scene;
  const none: Turn['overrides'] = new Map();
  const computes = stepsOf(scene, ['compute']);
  if (computes.length > 0) {
    const at = random.pick(computes);
    const step = program[at] as Extract<Step, { kind: 'compute' }>;
    const values = program.map((entry) => entry.value);
    const fits = OPERATIONS.filter((operation) => {
      const value = compute(operation, valueAt(step.a, values), valueAt(step.b, values));
      return operation !== step.operation && value !== null && Number(value) <= 99;
    });
    if (fits.length > 0)
      return { program: program.with(at, { ...step, operation: random.pick(fits) }), overrides: none };
  }
  const turns = stepsOf(scene, ['recall', 'compare']);
  if (turns.length > 0) {
    const at = random.pick(turns);
    return { program, overrides: new Map([[at, wrongStepValue(entryAt(program, at, 'step'), scene, random)]]) };
  }
  const at = random.pick(stepsOf(scene, ['read', 'count']));
  const step = program[at] as Extract<Step, { kind: 'read' | 'count' }>;
  const other = otherReading(step.key, step.value, scene, random);
  if (other !== null) return { program: program.with(at, { ...step, ...other }), overrides: none };
  const reversed = [...step.value].reverse().join(''); // the letters from right to left
  const value = isSpelling(step.value) && reversed !== step.value ? reversed : wrongValue(step.value, scene, random);
  return { program, overrides: new Map([[at, value]]) };
}

function wrongStepValue(step: Step, scene: Scene, random: Random): string {
  const options = scene.options ?? [];
  if (step.kind === 'recall') {
    const wrong = valuesOf(step.relation).filter((value) => value !== step.value);
    const offered = wrong.filter((value) => options.includes(value));
    return random.pick(offered.length > 0 ? offered : wrong);
  }
  if (step.kind === 'compare') return random.pick(options.filter((text) => text !== step.value));
  return wrongValue(step.value, scene, random);
}

function stepsOf(scene: Scene, kinds: readonly Step['kind'][]): number[] {
  return scene.program.flatMap((step, at) => (kinds.includes(step.kind) ? [at] : []));
}
