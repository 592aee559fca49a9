/**
 * Draws an embedded question's picture at any size. All of it is vector drawing in units of 1/56 of the width, so 56 x 56 and
 * 560 x 560 show the same picture; the font is bundled, so every machine prints the same letters. Deliberately absent: labels (layout.ts).
 */

import { createRequire } from 'node:module';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { entryAt } from '../../../shared/values/list.ts';
import { Random } from '../../../shared/values/random.ts';
import { type RgbPixels, withoutAlpha } from '../../model/image/rgb-pixels.ts';
import { CELL, drawCell, INK, pointOffset, UNIT } from './drawing/cells.ts';
import { FONT_FAMILY, Pen, type Rgb } from './drawing/pen.ts';
import { type Cell, layOut, lineRow } from './layout.ts';
import { type Figure, GRID, type Picture, type Scene, sceneOf } from './scene.ts';

/** Size of the tiny model's images in pixels. */
export const TINY_IMAGE_SIZE = 56;

/** Draws an embedded question's picture, 56 x 56 unless told otherwise. Throws a usage error for a question without a scene. */
export function renderQuestion(
  question: Question,
  { width = TINY_IMAGE_SIZE, height = TINY_IMAGE_SIZE }: { readonly width?: number; readonly height?: number } = {},
): RgbPixels {
  const context = paint(question, width, height).getContext('2d');
  return { width, height, data: withoutAlpha(context.getImageData(0, 0, width, height).data) };
}

/** The picture as a PNG file of `size` x `size` pixels. */
export function renderPng(question: Question, size = TINY_IMAGE_SIZE): Buffer {
  return paint(question, size, size).toBuffer('image/png');
}

/** Makes the bundled font known to the canvas library, once per process. */
export function registerFont(): void {
  if (GlobalFonts.has(FONT_FAMILY)) return;
  const file = createRequire(import.meta.url).resolve(FONT_FILE);
  if (GlobalFonts.registerFromPath(file, FONT_FAMILY) === null) {
    throw new SophiaError('environment', `The font ${file} could not be read.`, 'Run npm install again.');
  }
}

const FONT_FILE = '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-700-normal.woff2';
const SIDE = GRID * CELL;
const LINE_INK: Rgb = [70, 70, 85];

/** Background tints: near white, so that colours keep their names. */
const TINTS: readonly Rgb[] = [
  [255, 255, 255],
  [248, 248, 242],
  [242, 247, 252],
  [250, 244, 244],
  [243, 250, 243],
  [238, 238, 242],
  [252, 250, 236],
  [245, 241, 250],
];

let reused: Canvas | null = null;

function paint(question: Question, width: number, height: number): Canvas {
  const scene = sceneOf(question);
  if (scene === null) {
    throw new SophiaError('usage', `Question ${question.id} has no scene to draw.`, 'Load its image file instead.');
  }
  registerFont();
  if (reused === null || reused.width !== width || reused.height !== height) reused = createCanvas(width, height);
  const context = reused.getContext('2d');
  context.setTransform(width / SIDE, 0, 0, height / SIDE, 0, 0);
  paintScene(context, scene);
  return reused;
}

function paintScene(context: SKRSContext2D, scene: Scene): void {
  const { picture, look } = scene;
  const tint = entryAt(TINTS, look.tint % TINTS.length, 'tint');
  context.fillStyle = `rgb(${tint[0]},${tint[1]},${tint[2]})`;
  context.fillRect(0, 0, SIDE, SIDE);
  const ground = new Pen(context, [0, 0, 0]);
  if (look.grid) paintGrid(ground, tint);
  if (picture.kind === 'bars' || picture.kind === 'line') paintChart(ground, picture);
  if (picture.kind === 'figure') paintFigure(ground, picture);
  const random = new Random(look.seed, 'look');
  const fixed = picture.kind === 'bars' || picture.kind === 'line' || picture.kind === 'pie';
  const chartShift = colourShift(random); // one for all of a chart, so that a bar is of one colour
  const plain = layOut(withoutCue(picture));
  plain.forEach((cell, at) => {
    if (cell.kind !== 'empty')
      paintCell(context, cell, at, random, fixed && cell.kind !== 'character' ? chartShift : null);
  });
  if (picture.kind !== 'expression' || picture.cue === undefined) return;
  const own = new Random(look.seed, 'cue'); // so that with and without a cue all else is the same to the pixel
  layOut(picture).forEach((cell, at) => {
    if (plain[at]?.kind === 'empty' && cell.kind !== 'empty') paintCell(context, cell, at, own, null);
  });
}

function withoutCue(picture: Picture): Picture {
  if (picture.kind !== 'expression' || picture.cue === undefined) return picture;
  const { cue: _cue, ...plain } = picture;
  return plain;
}

/** One cell with its small shifts; parts of a chart keep their place, because place is their meaning. */
function paintCell(context: SKRSContext2D, cell: Cell, at: number, random: Random, chartShift: Rgb | null): void {
  const shift = chartShift ?? colourShift(random);
  const [dx, dy, size] =
    chartShift === null ? [jitter(random, 0.9), jitter(random, 0.6), 1 + jitter(random, 0.07)] : [0, 0, 1];
  context.save();
  context.translate((at % GRID) * CELL + CELL / 2 + dx, Math.floor(at / GRID) * CELL + CELL / 2 + dy);
  drawCell(new Pen(context, shift), cell, size);
  context.restore();
}

function colourShift(random: Random): Rgb {
  return [jitter(random, 14), jitter(random, 14), jitter(random, 14)];
}

function jitter(random: Random, spread: number): number {
  return (random.next() * 2 - 1) * spread;
}

function paintGrid(pen: Pen, tint: Rgb): void {
  const faint: Rgb = [tint[0] - 22, tint[1] - 22, tint[2] - 22];
  for (let at = 1; at < GRID; at++) {
    pen.line([at * CELL, 0, at * CELL, SIDE], faint, 0.6);
    pen.line([0, at * CELL, SIDE, at * CELL], faint, 0.6);
  }
}

/** The axis, the marks at values 3 and 6, and a line chart's line. */
function paintChart(pen: Pen, picture: Extract<Picture, { kind: 'bars' | 'line' }>): void {
  const floor = (GRID - 1) * CELL;
  for (let row = 1; row < GRID - 1; row++) pen.line([0, row * CELL, SIDE, row * CELL], [205, 205, 212], 0.7);
  pen.line([0, floor + 0.4, SIDE, floor + 0.4], LINE_INK, 0.8);
  if (picture.kind === 'line') {
    const points = [...picture.points].sort((a, b) => a.column - b.column);
    const xy = points.flatMap((point) => [
      point.column * CELL + CELL / 2,
      lineRow(point.value) * CELL + CELL / 2 + pointOffset(((point.value - 1) % (CELL / UNIT)) + 1),
    ]);
    pen.line(xy, [150, 150, 165], 0.9);
  }
}

function paintFigure(pen: Pen, figure: Figure): void {
  const [left, top] = [figure.column * CELL + 3, figure.row * CELL + 3];
  const [right, bottom] = [(figure.column + figure.columns) * CELL - 3, (figure.row + figure.rows) * CELL - 3];
  const corners =
    figure.figure === 'triangle'
      ? [(left + right) / 2, top, right, bottom, left, bottom]
      : [left, top, right, top, right, bottom, left, bottom];
  pen.polygon(corners, [225, 232, 245]);
  pen.line([...corners, ...corners.slice(0, 2)], INK, 1.4);
}
