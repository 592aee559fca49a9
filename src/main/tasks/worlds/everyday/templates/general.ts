/** General questions about coloured shapes: count, compare, locate, colour, neighbours (multiple choice) and describe (free form). */

import { firstOf } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import { nameShape, quarterOf } from '../../../scene/readings.ts';
import { COLOURS, type Place, type PlacedShape, SHAPES, type Step } from '../../../scene/scene.ts';
import {
  askedPair,
  choose,
  type Draft,
  fillShapes,
  numberOptions,
  someOptions,
  somePlaces,
  type Template,
  two,
} from './draft.ts';

export const GENERAL_TEMPLATES: readonly Template[] = [
  {
    name: 'count',
    weight: 1.2,
    draw: (random, hard) => {
      const asked = askedPair(random, hard);
      const by = hard ? random.pick(['colour', 'shape', 'both'] as const) : random.pick(['colour', 'shape'] as const);
      const matches = (shape: { colour: string; shape: string }): boolean =>
        (by === 'shape' || shape.colour === asked.colour) && (by === 'colour' || shape.shape === asked.shape);
      const count = hard ? random.int(2, 6) : random.int(1, 4);
      const places = somePlaces(random, count + (hard ? random.int(3, 5) : random.int(1, 3)));
      const matching = places.slice(0, count).map((place) => ({
        ...place,
        colour: by === 'shape' ? random.pick(COLOURS) : asked.colour,
        shape: by === 'colour' ? random.pick(SHAPES) : asked.shape,
      }));
      const shapes = [...matching, ...fillShapes(random, places.slice(count), matches)];
      const key =
        by === 'colour'
          ? `${asked.colour} shapes`
          : by === 'shape'
            ? `${asked.shape}s`
            : `${asked.colour} ${asked.shape}s`;
      const options = numberOptions(random, count);
      return choice(`how many ${key} are there ?`, options, shapes, [
        countOf(key, count),
        ...choose(options, 0, String(count)),
      ]);
    },
  },
  {
    name: 'compare',
    weight: 1,
    draw: (random, hard) => {
      const [first, second] = random.chance(0.5)
        ? pluralPair(two(random, SHAPES), (shape) => `${shape}s`)
        : pluralPair(two(random, COLOURS), (colour) => `${colour} shapes`);
      const [a, b] = hard ? [random.int(2, 5), random.int(2, 5)] : [random.int(1, 4), random.int(1, 4)];
      const places = somePlaces(random, a + b + (hard ? 2 : random.int(0, 1)));
      const make =
        (key: string) =>
        (place: { row: number; column: number }): PlacedShape => ({
          ...place,
          colour: COLOURS.find((colour) => key === `${colour} shapes`) ?? random.pick(COLOURS),
          shape: SHAPES.find((shape) => key === `${shape}s`) ?? random.pick(SHAPES),
        });
      const either = (shape: { colour: string; shape: string }): boolean =>
        [first, second].some((key) => key === `${shape.colour} shapes` || key === `${shape.shape}s`);
      const shapes = [
        ...places.slice(0, a).map(make(first)),
        ...places.slice(a, a + b).map(make(second)),
        ...fillShapes(random, places.slice(a + b), either),
      ];
      const names = [first, second] as const;
      const more = a > b ? names[0] : a < b ? names[1] : 'the same';
      const options = random.shuffle([...names, 'the same']);
      return choice(`are there more ${first} or more ${second} ?`, options, shapes, [
        countOf(first, a),
        countOf(second, b),
        { kind: 'compare', a: { step: 0 }, b: { step: 1 }, names, value: more },
        ...choose(options, 2, more),
      ]);
    },
  },
  {
    name: 'locate',
    weight: 1,
    draw: (random, hard) => {
      const asked = askedPair(random, hard);
      const [place, ...places] = placesFrom(random, hard ? random.int(6, 9) : random.int(2, 4));
      const same = (shape: { colour: string; shape: string }): boolean =>
        shape.colour === asked.colour && shape.shape === asked.shape;
      const shapes = [{ ...place, ...asked }, ...fillShapes(random, places, same)];
      const where = quarterOf(place);
      const options = random.shuffle(['top left', 'top right', 'bottom left', 'bottom right']);
      const key = `${asked.colour} ${asked.shape}`;
      return choice(`where is the ${key} ?`, options, shapes, [
        { kind: 'read', key, value: `at the ${where}` },
        ...choose(options, 0, where),
      ]);
    },
  },
  {
    name: 'colour',
    weight: 1,
    draw: (random, hard) => {
      const asked = askedPair(random, hard);
      const [place, ...places] = placesFrom(random, hard ? random.int(6, 9) : random.int(2, 4));
      const shapes = [{ ...place, ...asked }, ...fillShapes(random, places, (shape) => shape.shape === asked.shape)];
      const options = someOptions(random, asked.colour, COLOURS);
      return choice(`what colour is the ${asked.shape} ?`, options, shapes, [
        { kind: 'read', key: asked.shape, value: asked.colour },
        ...choose(options, 0, asked.colour),
      ]);
    },
  },
  {
    name: 'neighbour',
    weight: 0.8,
    draw: (random, hard) => {
      const from = askedPair(random, hard);
      const right = !hard || random.chance(0.5); // train asks to the right only
      const place = right
        ? { row: random.int(0, 3), column: random.int(0, 2) }
        : { row: random.int(0, 2), column: random.int(0, 3) };
      const beside = right ? { ...place, column: place.column + 1 } : { ...place, row: place.row + 1 };
      const taken = (other: { row: number; column: number }): boolean =>
        [place, beside].some((entry) => entry.row === other.row && entry.column === other.column);
      const others = somePlaces(random, 16)
        .filter((other) => !taken(other))
        .slice(0, hard ? 5 : random.int(0, 2));
      const same = (shape: { colour: string; shape: string }): boolean =>
        shape.colour === from.colour && shape.shape === from.shape;
      const drawn = fillShapes(random, [beside, ...others], same);
      const shapes = [{ ...place, ...from }, ...drawn];
      const key = `shape ${right ? 'right of' : 'below'} the ${from.colour} ${from.shape}`;
      const value = nameShape(firstOf(drawn, 'neighbour'));
      const wrong = COLOURS.flatMap((colour) => SHAPES.map((shape) => nameShape({ colour, shape })));
      const options = someOptions(random, value, wrong);
      return choice(`what is the ${key} ?`, options, shapes, [
        { kind: 'read', key, value },
        ...choose(options, 0, value),
      ]);
    },
  },
  {
    name: 'describe',
    weight: 1,
    draw: (random, hard) => {
      const above = random.chance(0.5);
      const [low, high] = two(random, [0, 1, 2, 3]).sort();
      const other = (): number => random.int(0, 3);
      const placeAt = (at: number) => (above ? { row: at, column: other() } : { row: other(), column: at });
      const [lowPlace, highPlace] = [placeAt(low), placeAt(high)];
      const first = { ...lowPlace, ...askedPair(random, hard) };
      const second = { ...highPlace, ...askedPair(random, hard) };
      const [firstKey, secondKey] = above ? ['top shape', 'bottom shape'] : ['left shape', 'right shape'];
      const answer = `${nameShape(first)} ${above ? 'above' : 'left of'} ${nameShape(second)}`;
      const text = `describe the picture from ${above ? 'top to bottom' : 'left to right'} .`;
      return {
        text,
        answerType: 'free_form',
        picture: { kind: 'shapes', shapes: [first, second] },
        program: [
          { kind: 'read', key: firstKey, value: nameShape(first) },
          { kind: 'read', key: secondKey, value: nameShape(second) },
          { kind: 'conclude', of: [{ step: 0 }, { step: 1 }], join: above ? 'above' : 'left', value: answer },
        ],
        options: null,
      };
    },
  },
];

/** Some different places, one at least. */
function placesFrom(random: Random, count: number): [Place, ...Place[]] {
  const places = somePlaces(random, count);
  return [firstOf(places, 'place'), ...places.slice(1)];
}

function pluralPair<T>([first, second]: [T, T], name: (of: T) => string): [string, string] {
  return [name(first), name(second)];
}

function choice(
  text: string,
  options: readonly string[],
  shapes: readonly PlacedShape[],
  program: readonly Step[],
): Draft {
  return { text, answerType: 'choice', picture: { kind: 'shapes', shapes }, program, options };
}

function countOf(key: string, count: number): Step {
  return { kind: 'count', key, value: String(count) };
}
