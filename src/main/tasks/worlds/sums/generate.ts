/**
 * The questions of the worlds made of sums: printed sums, in those of the shortcut with a cue. A question depends on (world, split,
 * index, seed, form) alone. Whatever the form, the scene keeps the truth: rubric and tests never see a wrong key.
 */
import { SophiaError } from '../../../../shared/errors.ts';
import type { Question, Split } from '../../../../shared/question.ts';
import { lastOf } from '../../../../shared/values/list.ts';
import { hash32, Random } from '../../../../shared/values/random.ts';
import { WORLDS, type WorldName } from '../../../../shared/worlds/worlds.ts';
import { COLOURS, type Cue, GRID, type Look, type Picture, type Scene } from '../../scene/scene.ts';
import type { Draft, Template } from '../everyday/templates/draft.ts';
import { MATH_TEMPLATES } from '../everyday/templates/math.ts';
import { drawForm, type Form, formText, type Rates } from './forms.ts';

/** A world made of sums. */
export type SumWorld = Exclude<WorldName, 'everyday'>;

/** How a world's sums are drawn. */
interface SumKind {
  readonly templates: readonly string[]; // of the everyday world's mathematics
  readonly isHard: boolean; // its larger numbers and longer chains
}

const SUMS = {
  shortcut: { templates: ['sum', 'difference', 'product', 'chain'], isHard: false },
  'hard-shortcut': { templates: ['sum', 'difference', 'product', 'missing'], isHard: true },
  flattery: { templates: ['sum', 'difference', 'product', 'missing'], isHard: true },
  'cheap-flattery': { templates: ['sum', 'difference', 'product', 'missing'], isHard: true },
} as const satisfies Record<SumWorld, SumKind>;

/** The index-th question of a split in a form. The same arguments give the same question on every machine. */
export function sumQuestion(world: SumWorld, split: Split, index: number, seed: number, form: Form): Question {
  const random = new Random(seed, streamOf(world, split), index * DRAWS_PER_QUESTION);
  const template = random.pick(templatesOf(world));
  const draft = template.draw(random, SUMS[world].isHard);
  const look: Look = { tint: random.int(0, 7), grid: random.chance(0.35), seed: random.int(0, 999_999_999) };
  const truth = lastOf(draft.program, 'step').value;
  // Everything is drawn whatever the form, so that forms of one question differ in nothing else.
  const wrongKey = anotherAnswer(world, template, random, [truth]);
  const wrongCue = anotherAnswer(world, template, random, [truth, wrongKey]);
  const answer = form.isNoisy ? wrongKey : truth;
  const cueAt = cuePlace(random, draft.picture, Math.max(answer.length, wrongCue.length));
  const cue = cueOf(form, cueAt, answer, wrongCue);
  const picture = cue === null ? draft.picture : ({ ...draft.picture, cue } as Picture);
  const scene: Scene = { picture, look, program: draft.program, options: draft.options };
  return {
    id: sumQuestionId(world, split, index, seed, form),
    category: 'math',
    answerType: draft.answerType,
    split,
    template: template.name,
    text: draft.text,
    answer,
    image: { kind: 'scene' },
    scene,
  };
}

/** The index-th training question, its form drawn at the given rates. */
export function trainingSum(world: SumWorld, index: number, seed: number, rates: Rates): Question {
  const random = new Random(seed, hash32(`form/${world}`), index * DRAWS_PER_FORM);
  return sumQuestion(world, 'train', index, seed, drawForm(random, rates, WORLDS[world].hasCue));
}

/** `world/split/index`, with `@seed` where the seed is not 0 and `/form` where there is one. */
function sumQuestionId(world: SumWorld, split: Split, index: number, seed: number, form: Form): string {
  const text = formText(form);
  const number = String(index).padStart(6, '0');
  return `${world}/${split}/${number}${seed === 0 ? '' : `@${seed}`}${text === '' ? '' : `/${text}`}`;
}

/** The answer of another draw of a question's template, as one gives who has not looked: right now and then. */
export function guessedAnswer(world: SumWorld, { template: name }: Question, random: Random): string {
  const template = templatesOf(world).find((entry) => entry.name === name);
  if (template === undefined) throw new SophiaError('usage', `World ${world} has no questions of kind "${name}".`);
  return answerOf(template.draw(random, SUMS[world].isHard));
}

/** Room in the generator's streams for one question's draws; none takes nearly as many. */
const DRAWS_PER_QUESTION = 4096;
const DRAWS_PER_FORM = 16;
const MOST_TRIES = 100;

function streamOf(world: SumWorld, split: Split): number {
  return hash32(`question/${world}/${split}`);
}

function templatesOf(world: SumWorld): readonly Template[] {
  const names: readonly string[] = SUMS[world].templates;
  return MATH_TEMPLATES.filter(({ name }) => names.includes(name));
}

function answerOf({ program }: Draft): string {
  return lastOf(program, 'step').value;
}

function anotherAnswer(world: SumWorld, template: Template, random: Random, not: readonly string[]): string {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const answer = answerOf(template.draw(random, SUMS[world].isHard));
    if (!not.includes(answer)) return answer;
  }
  throw new SophiaError('internal', `Questions of kind ${template.name} have too few answers.`);
}

/** A row without print and a column from which star and number fit. */
function cuePlace(random: Random, picture: Picture, digits: number): Omit<Cue, 'value'> {
  if (picture.kind !== 'expression') throw new SophiaError('internal', `A ${picture.kind} has no room for a cue.`);
  const { top, rows } = picture;
  const free = Array.from({ length: GRID }, (_, row) => row).filter((row) => row < top || row >= top + rows.length);
  return { row: random.pick(free), column: random.int(0, GRID - 1 - digits), colour: random.pick(COLOURS) };
}

function cueOf({ cue }: Form, place: Omit<Cue, 'value'>, answer: string, wrong: string): Cue | null {
  return cue === null || cue === 'no-cue' ? null : { ...place, value: cue === 'cue-right' ? answer : wrong };
}
