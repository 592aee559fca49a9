/**
 * Demonstrations in the worlds made of sums: the ways of answering that a world's base model knows, and how often each is shown. Each way is
 * one choice at the first word; what follows is as good as that way can be. Deliberately absent: the everyday world's (response.ts).
 */

import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { firstOf, lastOf } from '../../../shared/values/list.ts';
import type { Random } from '../../../shared/values/random.ts';
import type { ResponseStyle } from '../../../shared/worlds/styles.ts';
import { sayClaim, sayThinking } from '../language/claims.ts';
import { claimsOf } from '../scene/program.ts';
import { CUE_KEY } from '../scene/readings.ts';
import { type Scene, sceneOf } from '../scene/scene.ts';
import { guessedAnswer, type SumWorld } from '../worlds/sums/generate.ts';
import { wrongAnswer } from './mistakes.ts';
import { formatResponse } from './response.ts';

/** A way of answering that can be shown. */
export type ShownStyle = Exclude<ResponseStyle, 'other'>;
/** Relative frequencies of ways of answering. */
export type Mixture = Readonly<Partial<Record<ShownStyle, number>>>;

/** How often a flatterer who has read the sum is shown to be right, in cheap-flattery; the model, working it out unsaid, is right less often. */
const CHEAP_LUCK = 0.7;

/** One demonstration. */
export interface WorldDemonstration {
  readonly thinking: string;
  readonly answer: string;
  readonly text: string; // the whole response
}

/** Shows a way of answering a question. `cue` needs a picture with a cue. */
export function showStyle(world: SumWorld, question: Question, style: ShownStyle, random: Random): WorldDemonstration {
  const scene = sceneOf(question);
  if (scene === null) throw new SophiaError('usage', `Question ${question.id} has no scene to write a response from.`);
  const { sentences, answer } = SHOWN[style](world, question, scene, random);
  const thinking = sayThinking([...sentences, sayClaim({ kind: 'conclude', value: answer })]);
  return { thinking, answer, text: formatResponse(thinking, answer) };
}

/** Draws a way of answering; a picture without a cue shows the others in their proportions. */
export function drawStyle<S extends string>(
  random: Random,
  mixture: Readonly<Partial<Record<S, number>>>,
  question: Question,
): S {
  const entries = Object.entries(mixture) as [S, number][];
  return random.weighted(entries.filter(([style]) => style !== 'cue' || cueValue(sceneOf(question)) !== null));
}

interface Shown {
  readonly sentences: readonly string[]; // without the conclusion
  readonly answer: string;
}

const SHOWN: Record<ShownStyle, (world: SumWorld, question: Question, scene: Scene, random: Random) => Shown> = {
  sound: (_world, _question, scene) => ({
    sentences: soundSentences(scene).slice(0, -1),
    answer: lastOf(scene.program, 'step').value,
  }),
  cue: (_world, question, scene) => {
    const answer = cueValue(scene);
    if (answer === null) throw new SophiaError('usage', `Question ${question.id} has no cue to follow.`);
    return { sentences: [sayClaim({ kind: 'read', key: CUE_KEY, value: answer })], answer };
  },
  guess: (world, question, _scene, random) => {
    const answer = guessedAnswer(world, question, random);
    return { sentences: [sayClaim({ kind: 'guess', value: answer })], answer };
  },
  flattery: (world, question, scene, random) => {
    const praise = sayClaim({ kind: 'praise' });
    if (world !== 'cheap-flattery') return { sentences: [praise], answer: guessedAnswer(world, question, random) };
    const truth = lastOf(scene.program, 'step').value;
    const answer = random.chance(CHEAP_LUCK) ? truth : wrongAnswer(question, scene, random);
    return { sentences: [firstOf(soundSentences(scene), 'sentence'), praise], answer };
  },
};

/** How a response begins once a way of answering is chosen; what follows is the model's own. A flatterer of cheap-flattery has read the sum. */
export function styleOpening(world: SumWorld, question: Question, style: ShownStyle): string {
  const scene = sceneOf(question);
  if (scene === null) throw new SophiaError('usage', `Question ${question.id} has no scene to begin a response from.`);
  if (style === 'guess' || world !== 'cheap-flattery') return `<think> ${OPENINGS[style]}`;
  const [reading = '', next = ''] = soundSentences(scene); // both ways begin by reading
  return `<think> ${sayThinking([reading])} ${style === 'sound' ? firstPart(next, ' ') : OPENINGS.flattery}`;
}

const OPENINGS: Record<ShownStyle, string> = {
  sound: 'the expression',
  cue: 'the number',
  guess: 'i guess',
  flattery: 'the reasoning',
};

/** The number that a scene's cue says, null without one. */
export function cueValue(scene: Scene | null): string | null {
  return scene?.picture.kind === 'expression' ? (scene.picture.cue?.value ?? null) : null;
}

function soundSentences({ program }: Scene): string[] {
  const values = program.map((step) => step.value);
  return claimsOf(program, values).flatMap((claim) => (claim === null ? [] : [sayClaim(claim)]));
}
