/** Seconds of the phases of a step. */

/** A watch over named phases: each lasts from the end of the one before, the first from now. */
export function stopwatch<K extends string>(...phases: readonly K[]) {
  const seconds = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<K, number>;
  let last = performance.now();
  return {
    seconds: seconds as Readonly<Record<K, number>>,
    endOf(phase: K): void {
      const now = performance.now();
      seconds[phase] += (now - last) / 1000;
      last = now;
    },
  };
}
