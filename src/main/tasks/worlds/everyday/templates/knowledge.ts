/** Knowledge questions: a pictured thing, and a learned fact about it. All are multiple choice. */
import { zip } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import { article } from '../../../language/claims.ts';
import {
  type Relation,
  recall,
  THING_CLASSES,
  THING_NAMES,
  type ThingClass,
  type ThingName,
  thingsOf,
  valuesOf,
} from '../../../scene/knowledge.ts';
import type { PlacedThing, Step } from '../../../scene/scene.ts';
import { choose, type Draft, numberOptions, someOptions, somePlace, somePlaces, type Template, two } from './draft.ts';

export const KNOWLEDGE_TEMPLATES: readonly Template[] = [
  {
    name: 'name',
    weight: 1,
    draw: (random, hard) => {
      const kind = random.pick(THING_CLASSES);
      const thing = random.pick(thingsOf(kind));
      const options = someOptions(
        random,
        thing,
        kind === 'vehicle' || kind === 'animal' || kind === 'tool' || kind === 'fruit' ? thingsOf(kind) : [],
      );
      return choice(`which ${kind} is shown ?`, options, clutter(random, [thing], kind, hard), [
        readThing(kind, thing),
        ...choose(options, 0, thing),
      ]);
    },
  },
  {
    name: 'class',
    weight: 0.8,
    draw: (random) => {
      const kind = random.pick(THING_CLASSES);
      const thing = random.pick(thingsOf(kind));
      const options = random.shuffle(THING_CLASSES);
      return choice(
        'what kind of thing is shown ?',
        options,
        [{ ...somePlace(random), name: thing }],
        [
          readThing('thing', thing),
          { kind: 'recall', relation: 'class', of: { step: 0 }, value: kind },
          ...choose(options, 1, kind),
        ],
      );
    },
  },
  factTemplate('legs', 'animal', 'how many legs does the animal have ?', 1.2),
  factTemplate('home', 'animal', 'where does the animal live ?', 1),
  factTemplate('food', 'animal', 'what does the animal eat ?', 1),
  factTemplate('use', 'tool', 'what is the tool for ?', 0.8),
  factTemplate('way', 'vehicle', 'how does the vehicle go ?', 0.6),
];

/** A question about one fact of the only thing of its class; hard leg questions add the legs of two animals. */
function factTemplate(relation: Relation, kind: ThingClass, text: string, weight: number): Template {
  return {
    name: relation,
    weight,
    draw: (random, hard) => {
      if (hard && relation === 'legs') return twoAnimals(random);
      const value = random.pick(valuesOf(relation)); // facts, not things, are evenly likely
      const thing = random.pick(thingsOf(kind).filter((name) => recall(name, relation) === value));
      const options = someOptions(random, value, valuesOf(relation));
      return choice(text, options, clutter(random, [thing], kind, hard), [
        readThing(kind, thing),
        { kind: 'recall', relation, of: { step: 0 }, value },
        ...choose(options, 1, value),
      ]);
    },
  };
}

function twoAnimals(random: Random): Draft {
  const [left, right] = two(random, thingsOf('animal'));
  const [leftLegs, rightLegs] = [Number(recall(left, 'legs')), Number(recall(right, 'legs'))];
  const total = leftLegs + rightLegs;
  const options = total % 2 === 0 ? numberOptions(random, total / 2).map((half) => String(2 * Number(half))) : [];
  const columns = two(random, [0, 1, 2, 3]).sort();
  const things = zip([left, right], columns).map(([name, column]) => ({ name, row: random.int(0, 3), column }));
  return choice('how many legs do the two animals have in all ?', options, withOthers(random, things, 'animal', 3), [
    readThing('left animal', left),
    readThing('right animal', right),
    { kind: 'recall', relation: 'legs', of: { step: 0 }, value: String(leftLegs) },
    { kind: 'recall', relation: 'legs', of: { step: 1 }, value: String(rightLegs) },
    { kind: 'compute', operation: 'plus', a: { step: 2 }, b: { step: 3 }, value: String(total) },
    ...choose(options, 4, String(total)),
  ]);
}

function choice(
  text: string,
  options: readonly string[],
  things: readonly PlacedThing[],
  program: readonly Step[],
): Draft {
  return { text, answerType: 'choice', picture: { kind: 'things', things }, program, options };
}

function readThing(key: string, thing: ThingName): Step {
  return { kind: 'read', key, value: `${article(thing)} ${thing}` };
}

/** The asked thing among things of other classes: none to two, hard three to six. */
function clutter(random: Random, asked: readonly ThingName[], kind: ThingClass, hard: boolean): PlacedThing[] {
  const places = somePlaces(random, asked.length);
  const things = zip(asked, places).map(([name, place]) => ({ ...place, name }));
  return withOthers(random, things, kind, hard ? random.int(3, 6) : random.int(0, 2));
}

function withOthers(random: Random, things: readonly PlacedThing[], kind: ThingClass, count: number): PlacedThing[] {
  const free = somePlaces(random, 16).filter(
    (place) => !things.some((thing) => thing.row === place.row && thing.column === place.column),
  );
  const others = THING_NAMES.filter((name) => recall(name, 'class') !== kind);
  return [...things, ...free.slice(0, count).map((place) => ({ ...place, name: random.pick(others) }))];
}
