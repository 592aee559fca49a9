/**
 * Everything that can be read or counted in a picture: what a thinking's "the KEY is VALUE" and "there are VALUE KEY" may state
 * truly, asked for or not. Deliberately absent: sentences (claims.ts) and what the question needs (the scene's program).
 */
import { firstOf, lastOf, present } from '../../../shared/values/list.ts';
import { article } from '../language/claims.ts';
import { THING_CLASSES, THINGS } from './knowledge.ts';
import type { PlacedShape, PlacedThing, PrintedWord } from './scene.ts';
import { COLOURS, PIE_COLOURS, type Picture, type Place, SHAPES } from './scene.ts';

/** Ordinals of printed words, from the top. */
export const ORDINALS = ['first', 'second', 'third', 'fourth'] as const;

/** What a thinking calls the number of a cue: "the number beside the star is 12". */
export const CUE_KEY = 'number beside the star';

/** For each key every value that is true of it: "red bar" -> ["5"]; keys of counts ("red shapes") among them. */
export type Readings = ReadonlyMap<string, readonly string[]>;

/** All true readings of a picture. */
export function readingsOf(picture: Picture): Readings {
  const readings = new Map<string, string[]>();
  const add = (key: string, value: string): void => {
    const values = readings.get(key);
    if (values === undefined) readings.set(key, [value]);
    else if (!values.includes(value)) values.push(value);
  };
  switch (picture.kind) {
    case 'bars': {
      for (const bar of picture.bars) {
        add(`${bar.colour} bar`, String(bar.value));
        add(`bar ${bar.name}`, String(bar.value));
      }
      const byValue = [...picture.bars].sort((a, b) => a.value - b.value);
      for (const bar of picture.bars) {
        if (bar.value === byValue.at(0)?.value) add('shortest bar', bar.colour);
        if (bar.value === byValue.at(-1)?.value) add('tallest bar', bar.colour);
      }
      break;
    }
    case 'line': {
      for (const point of picture.points) add(`line at ${point.name}`, String(point.value));
      const values = picture.points.map((point) => point.value);
      for (const point of picture.points) {
        if (point.value === Math.max(...values)) add('highest point', point.name);
        if (point.value === Math.min(...values)) add('lowest point', point.name);
      }
      break;
    }
    case 'pie':
      for (const colour of PIE_COLOURS)
        add(`${colour} slices`, String(picture.slices.filter((slice) => slice === colour).length));
      break;
    case 'expression':
      add('expression', spellExpression(picture.rows));
      if (picture.cue !== undefined) add(CUE_KEY, picture.cue.value);
      break;
    case 'figure':
      for (const side of picture.sides) add(`${side.side} side`, String(side.length));
      break;
    case 'things':
      readThings(picture.things, add);
      break;
    case 'words':
      readWords(picture.words, add);
      readShapes(picture.shapes, add);
      break;
    case 'shapes':
      readShapes(picture.shapes, add);
      break;
  }
  return readings;
}

/** How an expression is read out: "7+5-2" -> "7 plus 5 minus 2"; an unknown is "what". */
export function spellExpression(rows: readonly string[]): string {
  return (rows.join('').match(/\d+|\S/g) ?? []).map((sign) => SIGNS[sign] ?? sign).join(' ');
}

/** The value of a word's reading: its letters, spaced. */
export function spell(word: string): string {
  return [...word].join(' ');
}

/** "a red circle". */
export function nameShape(shape: { readonly colour: string; readonly shape: string }): string {
  return `${article(shape.colour)} ${shape.colour} ${shape.shape}`;
}

/** The quarter of the picture that a place lies in: "top left". */
export function quarterOf(place: Place): string {
  return `${place.row < 2 ? 'top' : 'bottom'} ${place.column < 2 ? 'left' : 'right'}`;
}

type Add = (key: string, value: string) => void;

const SIGNS: Record<string, string> = { '+': 'plus', '-': 'minus', x: 'times', '=': 'is', '?': 'what' };

function readThings(things: readonly PlacedThing[], add: Add): void {
  for (const kind of THING_CLASSES) {
    const some = things.filter((thing) => THINGS[thing.name].class === kind).sort((a, b) => a.column - b.column);
    add(`${kind}s`, String(some.length));
    const noun = (name: string): string => `${article(name)} ${name}`;
    for (const thing of some) add(kind, noun(thing.name));
    if (some.length >= 2) {
      add(`left ${kind}`, noun(firstOf(some, kind).name));
      add(`right ${kind}`, noun(lastOf(some, kind).name));
    }
  }
  const [only, ...others] = things;
  if (only !== undefined && others.length === 0) add('thing', `${article(only.name)} ${only.name}`);
}

function readWords(words: readonly PrintedWord[], add: Add): void {
  const ordered = [...words].sort((a, b) => a.row - b.row);
  ordered.forEach((word, at) => {
    add('word', spell(word.text));
    add(`${ORDINALS[at]} word`, spell(word.text));
    if (word.mark !== null) {
      add(`word beside the ${word.mark.colour} ${word.mark.shape}`, spell(word.text));
    }
  });
}

function readShapes(shapes: readonly PlacedShape[], add: Add): void {
  const count = (key: string, of: readonly PlacedShape[]): void => add(key, String(of.length));
  count('shapes', shapes);
  for (const shape of SHAPES)
    count(
      `${shape}s`,
      shapes.filter((entry) => entry.shape === shape),
    );
  for (const colour of COLOURS) {
    const same = shapes.filter((entry) => entry.colour === colour);
    count(`${colour} shapes`, same);
    for (const shape of SHAPES)
      count(
        `${colour} ${shape}s`,
        same.filter((entry) => entry.shape === shape),
      );
  }
  for (const entry of shapes) {
    add(entry.shape, entry.colour);
    add(`${entry.colour} shape`, entry.shape === 'circle' ? 'a circle' : `a ${entry.shape}`);
    add(`${entry.colour} ${entry.shape}`, `at the ${quarterOf(entry)}`);
    add(entry.shape, `at the ${quarterOf(entry)}`);
    const right = shapes.find((other) => other.row === entry.row && other.column === entry.column + 1);
    if (right !== undefined) add(`shape right of the ${entry.colour} ${entry.shape}`, nameShape(right));
    const below = shapes.find((other) => other.column === entry.column && other.row === entry.row + 1);
    if (below !== undefined) add(`shape below the ${entry.colour} ${entry.shape}`, nameShape(below));
  }
  if (shapes.length >= 2) {
    const only = (at: 0 | -1, key: string, place: (shape: PlacedShape) => number): void => {
      const sorted = [...shapes].sort((a, b) => place(a) - place(b));
      add(key, nameShape(present(sorted.at(at), 'shape')));
    };
    only(0, 'top shape', (shape) => shape.row);
    only(-1, 'bottom shape', (shape) => shape.row);
    only(0, 'left shape', (shape) => shape.column);
    only(-1, 'right shape', (shape) => shape.column);
  }
}
