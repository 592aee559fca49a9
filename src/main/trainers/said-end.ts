/** How a run says itself that it ended; every trainer reads it in one way. */
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { RunOutcome } from '../jobs/trainer.ts';

/** The outcome by a run's last event; null where that says nothing of its end. */
export function saidEnd(event: RunEvent | undefined): RunOutcome | null {
  if (event?.kind === 'finished') return { state: 'finished', reason: null };
  if (event?.kind === 'failed' || event?.kind === 'paused') return { state: event.kind, reason: event.message };
  return null;
}
