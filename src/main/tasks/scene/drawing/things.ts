/**
 * How each pictured thing is drawn, in a 14 x 14 cell around the origin: few strokes, told apart by outline and colour even at
 * 14 pixels. Deliberately absent: facts about the things (knowledge.ts).
 */
import type { ThingName } from '../knowledge.ts';
import type { Pen, Rgb } from './pen.ts';

const BLACK: Rgb = [35, 35, 40];
const WHITE: Rgb = [245, 245, 245];
const GREY: Rgb = [130, 130, 140];
const SILVER: Rgb = [165, 175, 190];
const BROWN: Rgb = [125, 80, 40];
const TAN: Rgb = [205, 165, 110];
const RED: Rgb = [210, 40, 45];
const GREEN: Rgb = [50, 150, 60];
const DARK_GREEN: Rgb = [25, 100, 45];
const YELLOW: Rgb = [245, 205, 40];
const ORANGE: Rgb = [240, 130, 30];
const BLUE: Rgb = [50, 100, 215];
const PURPLE: Rgb = [120, 55, 160];
const PINK: Rgb = [240, 150, 170];

/** Draws one thing. */
export function drawThing(pen: Pen, name: ThingName): void {
  DRAWINGS[name](pen);
}

const DRAWINGS: Record<ThingName, (pen: Pen) => void> = {
  cat: (pen) => {
    pen.polygon([-5, -6, -1, -3, -5, 1], GREY);
    pen.polygon([5, -6, 1, -3, 5, 1], GREY);
    pen.oval(0, 0.8, 5, 4.6, GREY);
    pen.oval(-2, 0, 0.9, 1.1, YELLOW);
    pen.oval(2, 0, 0.9, 1.1, YELLOW);
    pen.line([-6, 2.6, -2, 2.6], BLACK, 0.6);
    pen.line([6, 2.6, 2, 2.6], BLACK, 0.6);
    pen.oval(0, 2.4, 0.8, 0.6, PINK);
  },
  cow: (pen) => {
    pen.box(-5.2, 1, 1.7, 5, BLACK);
    pen.box(1.8, 1, 1.7, 5, BLACK);
    pen.box(-5.8, -3, 9.4, 5.6, BLACK);
    pen.box(-4.2, -3, 2.8, 3, WHITE);
    pen.box(0, -0.6, 2.4, 2.6, WHITE);
    pen.oval(4.2, -3.6, 2.3, 2.3, BLACK);
    pen.oval(5.6, -2.8, 1.3, 1.2, PINK);
  },
  rabbit: (pen) => {
    pen.oval(-1.8, -4, 1.1, 3, TAN);
    pen.oval(1.8, -4, 1.1, 3, TAN);
    pen.oval(-1.8, -4, 0.5, 2, PINK);
    pen.oval(1.8, -4, 0.5, 2, PINK);
    pen.oval(0, 2.2, 4, 4, TAN);
    pen.oval(-1.4, 1.6, 0.6, 0.7, BLACK);
    pen.oval(1.4, 1.6, 0.6, 0.7, BLACK);
  },
  frog: (pen) => {
    pen.oval(0, 1.5, 5.8, 3.8, GREEN);
    pen.oval(-3, -2.6, 1.9, 1.9, GREEN);
    pen.oval(3, -2.6, 1.9, 1.9, GREEN);
    pen.oval(-3, -2.8, 1, 1, WHITE);
    pen.oval(3, -2.8, 1, 1, WHITE);
    pen.line([-3.4, 2.4, 0, 3.4, 3.4, 2.4], DARK_GREEN, 0.9);
  },
  bird: (pen) => {
    pen.polygon([-6.5, 1, -2, -0.5, -3, 3], BLUE);
    pen.oval(0, 1, 3.8, 2.8, BLUE);
    pen.oval(3.2, -2, 2.1, 2.1, BLUE);
    pen.polygon([5, -2.4, 6.8, -1.4, 5, -0.8], ORANGE);
    pen.polygon([-2, 0, 1.5, 0, -2.5, -4.6], [25, 60, 150]);
    pen.line([-0.6, 3.6, -0.6, 6], ORANGE, 0.9);
    pen.line([1.4, 3.6, 1.4, 6], ORANGE, 0.9);
  },
  duck: (pen) => {
    pen.oval(-1, 2.6, 5, 3.1, YELLOW);
    pen.polygon([-6.6, -1, -3, 1.5, -5, 3], YELLOW);
    pen.oval(2.6, -2.4, 2.5, 2.5, YELLOW);
    pen.polygon([4.6, -3, 6.8, -1.8, 4.6, -1], RED);
    pen.oval(3, -3, 0.5, 0.5, BLACK);
    pen.line([-6.5, 5.9, 6.5, 5.9], BLUE, 1.3);
  },
  bee: (pen) => {
    pen.oval(-1.6, -3.4, 2.2, 2.2, [190, 215, 240]);
    pen.oval(2.2, -3.4, 2.2, 2.2, [190, 215, 240]);
    pen.oval(0, 1, 5.2, 3.4, YELLOW);
    pen.box(-3, -1.8, 1.7, 5.6, BLACK);
    pen.box(0.3, -2.4, 1.7, 6.6, BLACK);
    pen.oval(4.6, 0.6, 1.5, 1.7, BLACK);
  },
  ant: (pen) => {
    for (const x of [-2, 0, 2]) pen.line([x - 1, 5, x, 1, x, -1, x + 1, -4.6], BLACK, 0.7);
    pen.oval(-4.2, 0, 2.2, 1.8, RED);
    pen.oval(0, 0, 1.6, 1.3, RED);
    pen.oval(3.8, 0, 1.8, 1.6, RED);
  },
  spider: (pen) => {
    for (const y of [-1.5, -0.3, 0.9, 2.1]) {
      const end = (y - 0.3) * 2.8;
      pen.line([-6.2, end, -3.4, y * 1.4 - 1.4, 0, y], BLACK, 0.8);
      pen.line([6.2, end, 3.4, y * 1.4 - 1.4, 0, y], BLACK, 0.8);
    }
    pen.oval(0, 1, 2.6, 2.9, BLACK);
    pen.oval(0, -2.4, 1.6, 1.5, BLACK);
  },
  fish: (pen) => {
    pen.polygon([-6.6, -3.6, -2.4, 0, -6.6, 3.6], ORANGE);
    pen.oval(1.4, 0, 5, 3.4, ORANGE);
    pen.oval(4, -0.8, 0.8, 0.8, BLACK);
    pen.line([0.2, -2.6, 0.2, 2.6], WHITE, 1.2);
  },
  snake: (pen) => {
    pen.line([-6, 4.6, -3.4, 1.2, -0.8, 4.6, 1.8, 1.2, 4.2, -1], DARK_GREEN, 2);
    pen.oval(4.4, -2.4, 1.9, 1.6, DARK_GREEN);
    pen.line([6, -3, 6.8, -5], RED, 0.9);
  },
  snail: (pen) => {
    pen.line([-6, 5, 6, 5, 6, 0.6], TAN, 2);
    pen.oval(-1, 0.6, 4.2, 4.2, BROWN);
    pen.arc(-1, 0.6, 2.2, 0, 5, WHITE, 0.9);
    pen.line([5.4, 0.6, 4.6, -2.6], TAN, 0.8);
    pen.line([6.2, 0.6, 6.8, -2.6], TAN, 0.8);
  },
  apple: (pen) => {
    pen.oval(-1.8, 1.4, 3.6, 4.3, RED);
    pen.oval(1.8, 1.4, 3.6, 4.3, RED);
    pen.line([0, -2, 0.6, -5.6], BROWN, 1.2);
    pen.oval(2.6, -4.6, 2, 1, GREEN);
  },
  banana: (pen) => {
    pen.arc(0, -4.6, 7, 0.45, 2.7, YELLOW, 3.2);
    pen.box(5.2, -3.4, 1.4, 2.4, BROWN);
  },
  cherry: (pen) => {
    pen.line([-2.8, 2, 1.4, -5.6, 3, 2.6], DARK_GREEN, 1);
    pen.oval(-3, 3, 2.5, 2.5, RED);
    pen.oval(3, 3.4, 2.5, 2.5, RED);
  },
  grape: (pen) => {
    for (const [x, y] of [
      [-3.4, -1.6],
      [0, -1.6],
      [3.4, -1.6],
      [-1.7, 1.4],
      [1.7, 1.4],
      [0, 4.4],
    ] as const) {
      pen.oval(x, y, 1.8, 1.8, PURPLE);
    }
    pen.line([0, -3, 0, -6], DARK_GREEN, 1.2);
  },
  lemon: (pen) => {
    pen.oval(0, 0.6, 4.9, 3.7, YELLOW);
    pen.polygon([4, -1.4, 6.8, 0.6, 4, 2.6], YELLOW);
    pen.polygon([-4, -1.4, -6.8, 0.6, -4, 2.6], YELLOW);
    pen.oval(-1, -0.6, 1.4, 0.9, WHITE);
    pen.polygon([0, -3, 3.6, -5.8, 3, -3], GREEN);
  },
  hammer: (pen) => {
    pen.box(-0.9, -3, 1.9, 9.4, BROWN);
    pen.box(-5, -6, 10, 3.8, GREY);
  },
  saw: (pen) => {
    pen.polygon(
      [-6.6, -2.6, 2.4, -2.6, 2.4, 2, 0.9, 3.4, -0.6, 1.6, -2.1, 3.2, -3.6, 1.2, -5.1, 2.4, -6.6, 0.4],
      SILVER,
    );
    pen.box(2.4, -3.4, 4.2, 6.4, BROWN);
    pen.box(3.6, -1.6, 1.6, 2.8, WHITE);
  },
  key: (pen) => {
    pen.arc(-3.6, 0, 2.3, 0, 7, [200, 150, 20], 1.7);
    pen.line([-1.4, 0, 6.4, 0], [200, 150, 20], 1.6);
    pen.line([3.6, 0, 3.6, 3.4], [200, 150, 20], 1.4);
    pen.line([5.8, 0, 5.8, 3.4], [200, 150, 20], 1.4);
  },
  spoon: (pen) => {
    pen.oval(-3.4, -3.4, 2.8, 2.6, SILVER);
    pen.line([-2, -2, 5.6, 5.6], SILVER, 1.7);
  },
  brush: (pen) => {
    pen.line([6, -6, 0, 0], TAN, 2);
    pen.line([0.8, -0.8, -1.4, 1.4], SILVER, 3.4);
    pen.polygon([-0.6, 2, -2, 0.4, -6.4, 4, -6.2, 6.4, -4, 6.2], BLUE);
  },
  car: (pen) => {
    pen.polygon([-3.6, -3.8, 2.4, -3.8, 4.4, -0.4, -4.6, -0.4], RED);
    pen.box(-6.6, -0.8, 13.2, 3.8, RED);
    pen.box(-2.8, -2.9, 4.6, 2, [190, 220, 245]);
    pen.oval(-3.6, 3.4, 2, 2, BLACK);
    pen.oval(3.6, 3.4, 2, 2, BLACK);
  },
  boat: (pen) => {
    pen.polygon([-6.2, 2, 6.2, 2, 4, 5.8, -4, 5.8], BROWN);
    pen.line([-0.4, 2, -0.4, -6.4], BROWN, 1.1);
    pen.polygon([0.4, -6.2, 0.4, 1, 5.8, 1], BLUE);
  },
  plane: (pen) => {
    pen.polygon([-6.8, -3.6, -4.2, -3.6, -3, -0.6, -5.4, -0.6], BLUE);
    pen.oval(0, 0, 6.4, 1.8, [150, 160, 175]);
    pen.polygon([-1, 0.4, 2.2, 0.4, -2, 6, -4, 6], BLUE);
    pen.polygon([-0.6, -1, 1.8, -1, -1, -5.6, -2.8, -5.6], BLUE);
  },
  train: (pen) => {
    pen.box(-6.2, -5.6, 5, 8.6, DARK_GREEN);
    pen.box(-5.2, -4.4, 3, 2.8, [225, 235, 245]);
    pen.box(-1.4, -1.6, 7.6, 4.6, DARK_GREEN);
    pen.box(3.2, -5, 2, 3.6, BLACK);
    for (const x of [-4, 0.4, 4.4]) pen.oval(x, 4, 1.8, 1.8, BLACK);
  },
};
