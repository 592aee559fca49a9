/**
 * A few strokes on a canvas in cell units (a cell is 14 x 14 units, its centre the origin), with the colour shift of one cell
 * applied. Deliberately absent: what is drawn (things.ts, cells.ts).
 */
import type { SKRSContext2D } from '@napi-rs/canvas';

export type Rgb = readonly [number, number, number];

/** Draws with one cell's colour shift; all coordinates relative to the cell's centre. */
export class Pen {
  readonly context: SKRSContext2D;
  readonly shift: Rgb;

  constructor(context: SKRSContext2D, shift: Rgb) {
    this.context = context;
    this.shift = shift;
  }

  /** The CSS colour of an RGB triple after the cell's shift. */
  css(colour: Rgb): string {
    const channel = (at: 0 | 1 | 2): number => Math.max(0, Math.min(255, Math.round(colour[at] + this.shift[at])));
    return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
  }

  /** A filled ellipse. */
  oval(x: number, y: number, radiusX: number, radiusY: number, colour: Rgb): void {
    this.context.fillStyle = this.css(colour);
    this.context.beginPath();
    this.context.ellipse(x, y, radiusX, radiusY, 0, 0, Math.PI * 2);
    this.context.fill();
  }

  /** A filled polygon, points as x0, y0, x1, y1, ... */
  polygon(points: readonly number[], colour: Rgb): void {
    this.context.fillStyle = this.css(colour);
    this.trace(points);
    this.context.closePath();
    this.context.fill();
  }

  /** An open stroke through points. */
  line(points: readonly number[], colour: Rgb, width = 1.4): void {
    this.context.strokeStyle = this.css(colour);
    this.context.lineWidth = width;
    this.context.lineJoin = 'round';
    this.trace(points);
    this.context.stroke();
  }

  /** A filled rectangle by its corner and size. */
  box(x: number, y: number, width: number, height: number, colour: Rgb): void {
    this.context.fillStyle = this.css(colour);
    this.context.fillRect(x, y, width, height);
  }

  /** An arc stroke. */
  arc(x: number, y: number, radius: number, from: number, to: number, colour: Rgb, width = 1.4): void {
    this.context.strokeStyle = this.css(colour);
    this.context.lineWidth = width;
    this.context.beginPath();
    this.context.arc(x, y, radius, from, to);
    this.context.stroke();
  }

  /** A filled sector of a circle. */
  sector(x: number, y: number, radius: number, from: number, to: number, colour: Rgb): void {
    this.context.fillStyle = this.css(colour);
    this.context.beginPath();
    this.context.moveTo(x, y);
    this.context.arc(x, y, radius, from, to);
    this.context.closePath();
    this.context.fill();
  }

  /** One printed character, centred. */
  character(text: string, size: number, colour: Rgb): void {
    this.context.fillStyle = this.css(colour);
    this.context.font = `bold ${size}px ${FONT_FAMILY}`;
    this.context.textAlign = 'center';
    this.context.fillText(text, 0, size * 0.27);
  }

  private trace(points: readonly number[]): void {
    this.context.beginPath();
    for (let at = 0; at + 1 < points.length; at += 2) {
      const [x = 0, y = 0] = [points[at], points[at + 1]];
      if (at === 0) this.context.moveTo(x, y);
      else this.context.lineTo(x, y);
    }
  }
}

/** The family under which render.ts registers the bundled font. */
export const FONT_FAMILY = 'SophiaMono';
