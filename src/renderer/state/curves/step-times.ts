/** When the steps of runs were recorded, for curves along wall time: seconds since each run began, pauses included. */

import { elapsedSeconds } from '../../../shared/run/recorded-durations.ts';
import { zip } from '../../../shared/values/list.ts';
import { api } from '../../api/client.ts';

interface Times {
  readonly startedAt: number | null;
  readonly at: Map<number, number>;
}

export class StepTimes {
  isUsed = false;
  readonly #runs = new Map<number, Times>();

  /** Loads the times of these runs (again). */
  async load(runIds: readonly number[]): Promise<void> {
    this.isUsed = true;
    if (runIds.length === 0) return;
    for (const { runId, startedAt, steps, times } of await api.runs.stepTimes.query({ runIds: [...runIds] }))
      this.#runs.set(runId, { startedAt, at: new Map(zip(steps, times)) });
  }

  /** Notes steps as they happen. */
  take(
    events: readonly { readonly runId: number; readonly kind: string; readonly step: number; readonly at: number }[],
  ): void {
    for (const event of events) if (event.kind === 'step') this.#runs.get(event.runId)?.at.set(event.step, event.at);
  }

  /** Seconds from the run's start to each step; null where that is not known. */
  secondsAt(runId: number, steps: readonly number[]): (number | null)[] {
    const known = this.#runs.get(runId);
    if (known?.startedAt == null) return steps.map(() => null);
    const recorded = [...known.at].sort(([a], [b]) => a - b);
    const seconds = elapsedSeconds(
      known.startedAt,
      recorded.map(([, at]) => at),
    );
    const byStep = new Map(zip(recorded, seconds).map(([[step], after]) => [step, after]));
    return steps.map((step) => byStep.get(step) ?? null);
  }
}
