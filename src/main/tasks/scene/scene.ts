/**
 * The ground truth of an embedded question, as plain JSON: what is pictured, and the steps that lead to the answer.
 * Every picture is laid out on a grid of 4 x 4 cells, each holding one readable thing, so that the tiny model's 16 merged
 * image tokens (56 x 56 pixels, patch 7, merge 2) see one thing each. Deliberately absent: pixels (render.ts) and words (claims.ts).
 */
import type { Question } from '../../../shared/question.ts';
import type { Relation, ThingName } from './knowledge.ts';

/** Rows and columns of the picture's grid. */
export const GRID = 4;

export const COLOURS = ['red', 'blue', 'green', 'yellow', 'purple', 'orange'] as const;
export type Colour = (typeof COLOURS)[number];

export const SHAPES = ['circle', 'square', 'triangle', 'star'] as const;
export type Shape = (typeof SHAPES)[number];

/** Colours a pie is cut from (fewer, so that a quarter's two slices make a small closed set of labels). */
export const PIE_COLOURS = ['red', 'blue', 'green', 'yellow'] as const satisfies readonly Colour[];

/** Units one cell of a chart is high; three rows of cells make values 1..9. */
export const UNITS_PER_CELL = 3;

/** A place on the grid; row 0 is the top. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Bar {
  readonly column: number;
  readonly colour: Colour;
  readonly value: number; // 1..9
  readonly name: string; // letter printed below
}

export interface LinePoint {
  readonly column: number;
  readonly value: number; // 1..9
  readonly name: string; // letter printed below
}

export interface PlacedShape extends Place {
  readonly colour: Colour;
  readonly shape: Shape;
}

export interface PlacedThing extends Place {
  readonly name: ThingName;
}

/** A printed word from its first letter's cell, to the right or (down) below. */
export interface PrintedWord extends Place {
  readonly text: string;
  readonly down: boolean;
  readonly mark: { readonly colour: Colour; readonly shape: Shape } | null; // printed in the cell before the word
}

/** A figure of geometry with the lengths of its sides printed beside it; `box` is its corner cells. */
export interface Figure {
  readonly kind: 'figure';
  readonly figure: 'rectangle' | 'triangle';
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly sides: readonly (Place & { readonly side: 'top' | 'left' | 'right' | 'bottom'; readonly length: number })[];
}

/** A star with a number beside it that has nothing to do with what the picture shows (worlds/sums). */
export interface Cue extends Place {
  readonly colour: Colour;
  readonly value: string; // up to two digits
}

export type Picture =
  | { readonly kind: 'bars'; readonly bars: readonly Bar[] }
  | { readonly kind: 'line'; readonly points: readonly LinePoint[] }
  /** `slices`: eight, clockwise from twelve o'clock; the pie covers 2 x 2 cells from (row, column). */
  | { readonly kind: 'pie'; readonly row: number; readonly column: number; readonly slices: readonly Colour[] }
  /** `rows`: up to four characters each, printed from row `top`; `cue`: a star and the number right of it, in a row without print. */
  | { readonly kind: 'expression'; readonly top: number; readonly rows: readonly string[]; readonly cue?: Cue }
  | Figure
  | { readonly kind: 'things'; readonly things: readonly PlacedThing[] }
  | { readonly kind: 'words'; readonly words: readonly PrintedWord[]; readonly shapes: readonly PlacedShape[] }
  | { readonly kind: 'shapes'; readonly shapes: readonly PlacedShape[] };

/** What varies without meaning anything: background tint, grid lines, and the seed of small shifts in place, size and colour. */
export interface Look {
  readonly tint: number; // 0..7
  readonly grid: boolean;
  readonly seed: number;
}

/** A value taken from an earlier step (`part`: the n-th number of a read expression), or a constant of the method. */
export type Ref = { readonly step: number; readonly part?: number } | { readonly constant: string };

export const OPERATIONS = ['plus', 'minus', 'times'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** How a conclusion is made from the values it names. */
export type Joining = 'same' | 'spell' | 'above' | 'left';

/** One typed step towards the answer; `value` is what it yields when done right. */
export type Step =
  | { readonly kind: 'read'; readonly key: string; readonly value: string }
  | { readonly kind: 'count'; readonly key: string; readonly value: string }
  | { readonly kind: 'recall'; readonly relation: Relation; readonly of: Ref; readonly value: string }
  | {
      readonly kind: 'compute';
      readonly operation: Operation;
      readonly a: Ref;
      readonly b: Ref;
      readonly value: string;
    }
  | {
      readonly kind: 'compare';
      readonly a: Ref;
      readonly b: Ref;
      readonly names: readonly [string, string];
      readonly value: string; // the name of the larger, or 'the same'
    }
  | { readonly kind: 'option'; readonly of: Ref; readonly value: string }
  | { readonly kind: 'conclude'; readonly of: readonly Ref[]; readonly join: Joining; readonly value: string };

/** The whole ground truth of one embedded question. */
export interface Scene {
  readonly picture: Picture;
  readonly look: Look;
  readonly program: readonly Step[];
  readonly options: readonly string[] | null; // texts of A, B, C, D of a multiple choice
}

/** The scene of an embedded question, or null for an imported one. */
export function sceneOf(question: Question): Scene | null {
  const scene = question.scene as Scene | null;
  return scene !== null && typeof scene === 'object' && 'program' in scene && 'picture' in scene ? scene : null;
}

/** The letter of an option: 0 -> "A". */
export function optionLetter(index: number): string {
  return String.fromCharCode(65 + index);
}
