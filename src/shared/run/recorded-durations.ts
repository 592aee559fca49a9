/**
 * Durations from the times at which steps were recorded. Those times are the computer's clock, which people and time servers set back, and
 * which jumps ahead over a sleep; the order of steps is never taken from it.
 */
import { meanSimple } from 'simple-statistics';

/** A gap counts as a jump of the clock from here on, where it is also this many times the usual one. */
const JUMP_MS = 600_000;
const JUMP_TIMES = 100;

/** Seconds from `startedAt` (ms since 1970) to each of the times that follow it in order; where the clock went back, no time has passed. */
export function elapsedSeconds(startedAt: number, times: readonly number[]): number[] {
  let [last, passed] = [startedAt, 0];
  return times.map((at) => {
    passed += Math.max(0, at - last);
    last = at;
    return passed / 1000;
  });
}

/** The mean time between successive steps in milliseconds, without gaps in which the clock jumped; null where there is none to tell from. */
export function stepPace(times: readonly number[]): number | null {
  const gaps = times
    .slice(1)
    .map((at, i) => at - (times[i] ?? at))
    .filter((gap) => gap >= 0)
    .sort((a, b) => a - b);
  const usual = gaps[gaps.length >> 1];
  if (usual === undefined) return null;
  const steady = gaps.filter((gap) => gap <= Math.max(JUMP_MS, JUMP_TIMES * usual));
  return meanSimple(steady);
}
