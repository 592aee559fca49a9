/** What must be equal between a run and its repetition or resumption. */
import type { RunEventOf } from '../../src/shared/run/run-events.ts';

/** A step without what a clock or the memory says. */
export function timeless({ step, metrics, responses }: RunEventOf<'step'>) {
  const kept = Object.entries(metrics).filter(([name]) => !/time|tokens_per_second|memory/.test(name));
  return { step, metrics: Object.fromEntries(kept), responses };
}
