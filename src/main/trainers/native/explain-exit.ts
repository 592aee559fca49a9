/** How a run's process ended, in one plain line: what it said last, a signal, an exit code. */
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { RESUME } from '../../jobs/run-end.ts';
import type { RunOutcome } from '../../jobs/trainer.ts';
import { saidEnd } from '../said-end.ts';

/** What is known of an ended process. `last`: its last event beside phases and alerts; `tail`: the end of what it wrote to stderr. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stopAsked: boolean;
  readonly last: RunEvent | undefined;
  readonly tail: string;
}

/** One outcome from it. */
export function explainExit({ code, signal, stopAsked, last, tail }: ProcessEnd): RunOutcome {
  const said = saidEnd(last);
  if (said !== null) return said;
  if (stopAsked) return { state: 'stopped', reason: null };
  if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGHUP') {
    return {
      state: 'interrupted',
      reason: `The run's process was killed from outside (${signal}; the system does this when memory runs out). ${RESUME}`,
    };
  }
  const words = lastLine(tail);
  if (signal !== null)
    return { state: 'failed', reason: `The run's process crashed in native code (${signal})${words}. ${RESUME}` };
  if (code !== 0) return { state: 'failed', reason: `The run's process ended with code ${code}${words}. ${RESUME}` };
  return { state: 'interrupted', reason: `The run ended before its last step. ${RESUME}` };
}

function lastLine(tail: string): string {
  const lines = tail.split('\n').map((line) => line.trim());
  const line =
    lines.findLast((text) => /error/i.test(text) && !text.startsWith('at ')) ?? lines.findLast((text) => text !== '');
  return line === undefined ? '' : `: ${line.slice(0, 300)}`;
}
