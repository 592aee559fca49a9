/** Chart questions: bars, lines and pies; read, add, compare. All answers are whole numbers. */
import { entryAt, zip } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import {
  type Bar,
  COLOURS,
  type Colour,
  GRID,
  type LinePoint,
  PIE_COLOURS,
  type Picture,
  type Step,
} from '../../../scene/scene.ts';
import { type Draft, some, type Template, three, two } from './draft.ts';

export const CHART_TEMPLATES: readonly Template[] = [
  {
    name: 'bar-read',
    weight: 1,
    draw: (random, hard) => {
      const bars = drawBars(random, hard);
      const bar = random.pick(bars);
      const [key, asked] = random.chance(hard ? 0.6 : 0.3)
        ? [`bar ${bar.name}`, `bar ${bar.name}`]
        : [`${bar.colour} bar`, `the ${bar.colour} bar`];
      return numeric(`what is the value of ${asked} ?`, { kind: 'bars', bars }, [
        read(key, bar.value),
        same(0, bar.value),
      ]);
    },
  },
  {
    name: 'bar-sum',
    weight: 1.2,
    draw: (random, hard) => {
      const bars = drawBars(random, hard);
      const asked = some(random, bars, hard ? 3 : 2);
      const keys = asked.map((bar) => `${bar.colour} bar`);
      return numeric(
        `what is the sum of the ${keys.join(' and the ')} ?`,
        { kind: 'bars', bars },
        addUp(
          keys,
          asked.map((bar) => bar.value),
        ),
      );
    },
  },
  {
    name: 'bar-difference',
    weight: 1,
    draw: (random, hard) => {
      const bars = drawBars(random, hard);
      const [high, low, more] = three(random, bars).sort((a, b) => b.value - a.value);
      const text = `how much higher is the ${high.colour} bar than the ${low.colour} bar ?`;
      const steps: Step[] = [
        read(`${high.colour} bar`, high.value),
        read(`${low.colour} bar`, low.value),
        { kind: 'compute', operation: 'minus', a: { step: 0 }, b: { step: 1 }, value: String(high.value - low.value) },
      ];
      if (!hard) return numeric(text, { kind: 'bars', bars }, [...steps, same(2, high.value - low.value)]);
      const pair = high.value + low.value - more.value; // the longer chain of the hard split: two added, one taken away
      return numeric(
        `what is the sum of the ${high.colour} bar and the ${low.colour} bar minus the ${more.colour} bar ?`,
        { kind: 'bars', bars },
        [
          read(`${high.colour} bar`, high.value),
          read(`${low.colour} bar`, low.value),
          read(`${more.colour} bar`, more.value),
          { kind: 'compute', operation: 'plus', a: { step: 0 }, b: { step: 1 }, value: String(high.value + low.value) },
          { kind: 'compute', operation: 'minus', a: { step: 3 }, b: { step: 2 }, value: String(pair) },
          same(4, pair),
        ],
      );
    },
  },
  {
    name: 'bar-extreme',
    weight: 1,
    draw: (random, hard) => {
      const bars = drawBars(random, hard);
      const tallest = random.chance(0.5);
      const bar = bars.reduce((best, other) => (tallest === other.value > best.value ? other : best));
      const key = tallest ? 'tallest bar' : 'shortest bar';
      return numeric(`what is the value of the ${key} ?`, { kind: 'bars', bars }, [
        { kind: 'read', key, value: bar.colour },
        read(`${bar.colour} bar`, bar.value),
        same(1, bar.value),
      ]);
    },
  },
  {
    name: 'line-read',
    weight: 1,
    draw: (random, hard) => {
      const points = drawLine(random, hard);
      const picture: Picture = { kind: 'line', points };
      const keyOf = (point: LinePoint) => `line at ${point.name}`;
      if (hard) {
        const asked = two(random, points);
        const keys = asked.map(keyOf);
        const values = asked.map((point) => point.value);
        return numeric(`what is the sum of the ${keys.join(' and the ')} ?`, picture, addUp(keys, values));
      }
      const point = random.pick(points);
      return numeric(`what is the value of the ${keyOf(point)} ?`, picture, [
        read(keyOf(point), point.value),
        same(0, point.value),
      ]);
    },
  },
  {
    name: 'line-rise',
    weight: 1,
    draw: (random, hard) => {
      const points = drawLine(random, hard);
      const [high, low] = some(random, points, 2).sort((a, b) => b.value - a.value) as [LinePoint, LinePoint];
      return numeric(`how much higher is the line at ${high.name} than at ${low.name} ?`, { kind: 'line', points }, [
        read(`line at ${high.name}`, high.value),
        read(`line at ${low.name}`, low.value),
        { kind: 'compute', operation: 'minus', a: { step: 0 }, b: { step: 1 }, value: String(high.value - low.value) },
        same(2, high.value - low.value),
      ]);
    },
  },
  {
    name: 'pie-count',
    weight: 0.8,
    draw: (random) => {
      const picture = drawPie(random, 3);
      const colour = random.pick([...new Set(picture.slices)]);
      const count = picture.slices.filter((slice) => slice === colour).length;
      return numeric(`how many slices are ${colour} ?`, picture, [countSlices(colour, count), same(0, count)]);
    },
  },
  {
    name: 'pie-together',
    weight: 0.8,
    draw: (random, hard) => {
      const picture = drawPie(random, 4);
      const [a, b, c] = three(random, [...new Set(picture.slices)]);
      const colours = hard ? [a, b, c] : [a, b];
      const counts = colours.map((colour) => picture.slices.filter((slice) => slice === colour).length);
      const reading = zip(colours, counts).map(([colour, count]) => countSlices(colour, count));
      return numeric(`how many slices are ${colours.join(' or ')} ?`, picture, sumOf(reading, counts));
    },
  },
];

function numeric(text: string, picture: Picture, program: readonly Step[]): Draft {
  return { text, answerType: 'numeric', picture, program, options: null };
}

function read(key: string, value: number): Step {
  return { kind: 'read', key, value: String(value) };
}

function countSlices(colour: Colour, count: number): Step {
  return { kind: 'count', key: `${colour} slices`, value: String(count) };
}

function same(step: number, value: number): Step {
  return { kind: 'conclude', of: [{ step }], join: 'same', value: String(value) };
}

function addUp(keys: readonly string[], values: readonly number[]): Step[] {
  return sumOf(
    zip(keys, values).map(([key, value]) => read(key, value)),
    values,
  );
}

/** Readings, then one addition after another, then the conclusion. */
function sumOf(reading: readonly Step[], values: readonly number[]): Step[] {
  const steps: Step[] = [...reading];
  let total = 0;
  for (const [at, value] of values.entries()) {
    total += value;
    if (at === 0) continue;
    const a = { step: at === 1 ? 0 : steps.length - 1 };
    steps.push({ kind: 'compute', operation: 'plus', a, b: { step: at }, value: String(total) });
  }
  return [...steps, same(steps.length - 1, total)];
}

/** Three or four bars (hard: always four, names out of order), values all different so that the extreme one is unique. */
function drawBars(random: Random, hard: boolean): Bar[] {
  const count = hard ? 4 : random.int(3, 4);
  const columns = some(random, [0, 1, 2, 3], count).sort();
  const colours = some(random, COLOURS, count);
  const values = some(random, [1, 2, 3, 4, 5, 6, 7, 8, 9], count);
  const names = nameColumns(random, hard);
  return columns.map((column, at) => ({
    column,
    colour: entryAt(colours, at, 'colour'),
    value: entryAt(values, at, 'value'),
    name: entryAt(names, column, 'name of a column'),
  }));
}

function drawLine(random: Random, hard: boolean): LinePoint[] {
  const names = nameColumns(random, hard);
  return names.map((name, column) => ({ column, value: random.int(1, 9), name }));
}

/** Letters below the columns: a row of the alphabet in order (hard: shuffled). */
function nameColumns(random: Random, hard: boolean): string[] {
  const names = ['a', 'b', 'c', 'd'];
  return hard ? random.shuffle(names) : names;
}

/** A pie of eight slices in up to `kinds` colours, each colour in one piece. */
function drawPie(random: Random, kinds: number): Extract<Picture, { kind: 'pie' }> {
  const colours = some(random, PIE_COLOURS, kinds);
  const cuts = some(random, [1, 2, 3, 4, 5, 6, 7], kinds - 1).sort();
  const turn = random.int(0, 7);
  const slices = Array.from({ length: 8 }, (_, at) => {
    const place = (at + turn) % 8;
    return entryAt(colours, cuts.filter((cut) => cut <= place).length, 'colour');
  });
  return { kind: 'pie', row: random.int(0, GRID - 2), column: random.int(0, GRID - 2), slices };
}
