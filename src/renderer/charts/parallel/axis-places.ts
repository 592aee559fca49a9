/** Where values lie on an upright axis of parallel coordinates: from 0 at its foot to 1 at its head, and back; and its ticks. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { logTicks, type ValueAxis } from '../../../shared/run-table/axis.ts';

/** A tick: the value as it is written, and where it lies. */
export interface AxisTick {
  readonly text: string;
  readonly place: number;
}

/** The places of an axis. */
export interface AxisPlaces {
  /** From 0 to 1; null where the value is none of the axis. */
  readonly placeOf: (value: number | string) => number | null;
  /** The number at a place; null on an axis of choices. */
  readonly valueAt: (place: number) => number | null;
  readonly ticks: readonly AxisTick[];
}

const TICKS = 5;

/** Places of an axis; `show` writes its numbers. */
export function axisPlaces(axis: ValueAxis, show: (value: number) => string): AxisPlaces {
  if (axis.kind === 'choices') {
    const { choices } = axis;
    const placeAt = (index: number) => (choices.length === 1 ? 0.5 : index / (choices.length - 1));
    const placeOf = (value: number | string) => {
      const index = choices.indexOf(String(value));
      return index < 0 ? null : placeAt(index);
    };
    return { placeOf, valueAt: () => null, ticks: choices.map((text, i) => ({ text, place: placeAt(i) })) };
  }
  const { low, high } = axis;
  if (low === high) {
    const placeOf = (value: number | string) => (value === low ? 0.5 : null);
    return { placeOf, valueAt: () => low, ticks: [{ text: show(low), place: 0.5 }] };
  }
  const scale = (axis.kind === 'log' ? scaleLog() : scaleLinear()).domain([low, high]).range([0, 1]);
  const between = axis.kind === 'log' ? logTicks(low, high) : scale.ticks(TICKS);
  const ticks = [low, ...between, high].map((value) => ({ text: show(value), place: scale(value) }));
  return {
    placeOf: (value) => (typeof value === 'number' && value >= low && value <= high ? scale(value) : null),
    valueAt: (place) => Math.min(high, Math.max(low, scale.invert(place))),
    ticks: apart(ticks),
  };
}

/** Ticks that do not lie upon each other: both ends, and between them those that keep their distance. */
function apart(ticks: readonly AxisTick[]): AxisTick[] {
  const NEAR = 0.07;
  const last = ticks.at(-1);
  const kept: AxisTick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    const isFree = before === undefined || tick.place - before.place > NEAR;
    if (tick === last || (isFree && (last?.place ?? 1) - tick.place > NEAR)) kept.push(tick);
  }
  return kept;
}
