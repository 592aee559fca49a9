/**
 * Charts that share a part in view are redrawn in turn while it moves: the one under the hand at once, of the others as many in a frame as
 * frames allow. Forty charts drawn in one frame would take longer than a frame has; a screen's worth of them lags by a few frames, and the hand
 * is followed evenly. How long drawing takes is not known to scripts (a canvas is painted after them), so that the time between frames tells.
 */

interface Waiting {
  readonly draw: () => void;
  readonly isSeen: boolean;
}

/** A frame this much longer than the shortest one was late. */
const LATE = 1.4;
/** Frames further apart than this had a rest between them, which tells nothing. */
const REST_MS = 200;
const MOST = 64;

/** Redraws in turn; a page has one, tests have their own with frames of their own. */
export class DrawInTurn {
  readonly #waiting = new Map<object, Waiting>();
  readonly #onNextFrame: (frame: (at: number) => void) => void;
  /** How many are drawn in a frame: more as long as frames come in time, half where one was late. */
  #most = 4;
  #drawn = 0;
  #last = Number.NEGATIVE_INFINITY;
  #shortest = 1000 / 60;
  #isAsked = false;

  constructor(onNextFrame: (frame: (at: number) => void) => void) {
    this.#onNextFrame = onNextFrame;
  }

  /** Draws a chart: now, where it is held, else in its turn, those on the screen first. What waited for the same chart is dropped. */
  draw(
    chart: object,
    draw: () => void,
    { isHeld, isSeen }: { readonly isHeld: boolean; readonly isSeen: boolean },
  ): void {
    if (isHeld) {
      this.#waiting.delete(chart);
      this.#drawn++;
      draw();
    } else {
      // A chart that waits keeps its place, so that each has its turn.
      this.#waiting.set(chart, { draw, isSeen });
    }
    this.#ask();
  }

  /** The chart is gone. */
  forget(chart: object): void {
    this.#waiting.delete(chart);
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#onNextFrame((at) => this.#frame(at));
  }

  #frame(at: number): void {
    this.#isAsked = false;
    const since = at - this.#last;
    this.#last = at;
    if (since > 0 && since < REST_MS) {
      this.#shortest = Math.min(this.#shortest, Math.max(4, since));
      const isLate = since > LATE * this.#shortest;
      if (isLate) this.#most = Math.max(1, Math.floor(this.#most / 2));
      else if (this.#drawn >= this.#most) this.#most = Math.min(MOST, this.#most + 1);
    }
    const turn = [...this.#waiting].sort(([, a], [, b]) => Number(b.isSeen) - Number(a.isSeen)).slice(0, this.#most);
    this.#drawn = turn.length;
    for (const [chart, { draw }] of turn) {
      this.#waiting.delete(chart);
      draw();
    }
    if (this.#waiting.size > 0 || turn.length > 0) this.#ask(); // once more after the last, whose frame tells how long it took
  }
}

/** The page's own. */
export const drawInTurn = new DrawInTurn((frame) => requestAnimationFrame(frame));
