/**
 * How a chart's part in view is moved by hand: Shift and a drag, one finger, a sideways wheel move it; two fingers, or the wheel with Ctrl (which is what
 * a touch pad's pinch comes as), zoom. A plain drag selects and the plain wheel scrolls the page: those are not heard here. At most one part is
 * asked for per frame.
 */
import type uPlot from 'uplot';
import { lastAt } from '../lines.ts';
import type { Range } from './part-in-view.svelte.ts';

/** Two fingers nearer to each other than this share of the plot would zoom by leaps. */
const LEAST_SPREAD = 0.02;
/** Pixels of a wheel with Ctrl that zoom by a factor e. */
const WHEEL_PIXELS = 300;
/** Of the part in view, what an arrow key with Shift moves by. */
export const KEY_SHARE = 0.25;

type Ask = (range: Range) => void;

/** Hears gestures on a chart's plot for as long as the plot is there. */
export function hearGestures(chart: uPlot, ask: Ask): void {
  const { over } = chart;
  over.style.touchAction = 'pan-y'; // a finger up or down scrolls the page
  /** Fingers, or the mouse's button: where each is along the plot (0 to 1), and what place of x it holds, as the scale counts. */
  const held = new Map<number, { share: number; readonly place: number }>();
  const soon = oncePerFrame(ask);
  const shareOf = ({ clientX }: MouseEvent): number => {
    const { left, width } = over.getBoundingClientRect();
    return width === 0 ? 0 : (clientX - left) / width;
  };
  /** What is held now stays under its fingers from here on. */
  const holdAnew = (): void => {
    const view = linear(chart);
    for (const [id, { share }] of held) held.set(id, { share, place: view.from + share * view.span });
  };

  over.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse' && (event.button !== 0 || !event.shiftKey)) return;
    over.setPointerCapture(event.pointerId);
    held.set(event.pointerId, { share: shareOf(event), place: 0 });
    holdAnew();
  });
  over.addEventListener('pointermove', (event) => {
    const one = held.get(event.pointerId);
    if (one === undefined) return;
    one.share = shareOf(event);
    soon(() => heldRange(chart, [...held.values()]));
  });
  const letGo = (event: PointerEvent): void => {
    if (held.delete(event.pointerId)) holdAnew();
  };
  over.addEventListener('pointerup', letGo);
  over.addEventListener('pointercancel', letGo);

  let [zoomedBy, movedBy] = [0, 0]; // since the last frame
  over.addEventListener(
    'wheel',
    (event) => {
      const isAside = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !(isAside && isPart(chart))) return; // the page scrolls
      event.preventDefault();
      if (event.ctrlKey) zoomedBy += event.deltaY / WHEEL_PIXELS;
      else movedBy += event.deltaX / Math.max(1, over.clientWidth);
      const share = shareOf(event);
      soon(() => {
        const { from, span } = linear(chart);
        const wide = span * Math.exp(Math.max(-1, Math.min(1, zoomedBy)));
        const start = from + share * (span - wide) + movedBy * span;
        [zoomedBy, movedBy] = [0, 0];
        return within(chart, start, wide);
      });
    },
    { passive: false },
  );
}

/** The part that lies a share of it further on: 1 is the next one, -1 the one before. */
export function moved(chart: uPlot, share: number): Range | null {
  const { from, span } = linear(chart);
  return within(chart, from + share * span, span);
}

/** No part without two places of x: between two of them lines are straight, and there is nothing to see. */
export function widened([from, to]: Range, places: readonly number[]): Range {
  const [before, last] = [lastAt(places, from), lastAt(places, to)];
  const isEnough = last - (places[before] === from ? before - 1 : before) >= 2;
  if (isEnough || places.length < 2) return [from, to];
  const first = Math.max(0, Math.min(before, places.length - 2));
  return [places[first] ?? from, places[Math.max(first + 1, last)] ?? to];
}

/** Where what is held lies under its fingers again. */
function heldRange(chart: uPlot, held: readonly { readonly share: number; readonly place: number }[]): Range | null {
  const [one, other] = held;
  if (one === undefined) return null;
  const spread = other === undefined ? 0 : other.share - one.share;
  const { span } = linear(chart);
  const wide =
    other === undefined || Math.abs(spread) < LEAST_SPREAD ? span : Math.abs((other.place - one.place) / spread);
  return within(chart, one.place - one.share * wide, wide);
}

/** The scale of x as it is drawn, evenly: along a logarithmic axis powers of ten. */
function linear({ scales }: uPlot): { readonly from: number; readonly span: number } {
  const isLog = scales.x?.distr === 3;
  const [from, to] = [scales.x?.min ?? 0, scales.x?.max ?? 1].map((place) => (isLog ? Math.log10(place) : place));
  return { from: from ?? 0, span: (to ?? 1) - (from ?? 0) };
}

/** A part of this width, moved so that it begins and ends within the data. */
function within(chart: uPlot, start: number, wide: number): Range | null {
  const isLog = chart.scales.x?.distr === 3;
  const ends = [chart.data[0][0], chart.data[0].at(-1)];
  const [first, last] = ends.map((place) => (isLog ? Math.log10(place ?? Number.NaN) : place));
  if (first === undefined || last === undefined || !Number.isFinite(start) || !(wide > 0)) return null;
  const least = Math.max(first, Math.min(start, last - wide));
  const most = Math.min(last, least + wide);
  return isLog ? [10 ** least, 10 ** most] : [least, most];
}

function isPart({ scales, data: [places] }: uPlot): boolean {
  const { min, max } = scales.x ?? {};
  return (min ?? 0) > (places[0] ?? 0) || (max ?? 0) < (places.at(-1) ?? 0);
}

/** Asks for the part that was worked out last, when the next frame is drawn. */
function oncePerFrame(ask: Ask): (work: () => Range | null) => void {
  let due: (() => Range | null) | null = null;
  return (work) => {
    if (due === null)
      requestAnimationFrame(() => {
        const range = due?.() ?? null;
        due = null;
        if (range !== null) ask(range);
      });
    due = work;
  };
}
