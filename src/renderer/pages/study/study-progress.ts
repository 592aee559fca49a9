/** How far a study's runs are, and when the rest comes. */
import { meanSimple } from 'simple-statistics';
import type { RunState } from '../../../shared/run/run-events.ts';
import type { Cell } from '../../state/study.svelte.ts';

/** Counts of runs by state, of those that the plan wants. */
export interface StudyProgress {
  readonly planned: number;
  readonly finished: number;
  readonly running: number;
  readonly queued: number;
  /** Failed, stopped, interrupted, paused, or deleted: they come only when they are asked for. */
  readonly open: number;
  /** Those of them that failed. */
  readonly failed: number;
  /** Until everything that runs or waits has finished; null: nothing tells yet. */
  readonly secondsLeft: number | null;
}

/** The progress of a study by its cells; `planned`: variants x seeds. */
export function studyProgress(cells: readonly Cell[], planned: number): StudyProgress {
  const inState = (state: RunState) => cells.filter((cell) => cell.state === state).length;
  const [finished, running, queued] = [inState('finished'), inState('running'), inState('queued')];
  const open = Math.max(0, Math.max(planned, cells.length) - finished - running - queued);
  return { planned, finished, running, queued, open, failed: inState('failed'), secondsLeft: secondsLeft(cells) };
}

/** Running ones at their pace; waiting ones at the mean of those, in as many places as run now. */
function secondsLeft(cells: readonly Cell[]): number | null {
  const running = cells.flatMap(({ state, secondsLeft, totalSteps, step }) =>
    state === 'running' && secondsLeft !== null
      ? [{ secondsLeft, whole: (secondsLeft / Math.max(1, totalSteps - step)) * totalSteps }]
      : [],
  );
  if (running.length === 0) return null;
  const whole = running.map((cell) => cell.whole);
  const waiting = cells.filter((cell) => cell.state === 'queued').length;
  const now = running.reduce((sum, cell) => sum + cell.secondsLeft, 0);
  return (now + waiting * meanSimple(whole)) / running.length;
}

/** "13 of 50 runs finished, 2 running, 10 queued, 1 failed, 24 unfinished". */
export function progressText({ planned, finished, running, queued, open, failed }: StudyProgress): string {
  const rest = [
    ...(running > 0 ? [`${running} running`] : []),
    ...(queued > 0 ? [`${queued} queued`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(open > failed ? [`${open - failed} unfinished`] : []),
  ];
  return [`${finished} of ${planned} runs finished`, ...rest].join(', ');
}

/** When something `seconds` from now is: "17:40", on another day with its date. */
export function clockText(seconds: number, now = Date.now()): string {
  const then = new Date(now + seconds * 1000);
  const time = then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (then.toDateString() === new Date(now).toDateString()) return time;
  return `${then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
}
