/** The engine's machine while a page shows it: asked every two seconds, and not at all while the window is hidden. */
import type { MachineReport } from '../../../shared/app/machine.ts';
import { api, type Problem, problemOf } from '../../api/client.ts';

const EVERY_MS = 2000;
const MOST_SAMPLES = 900;

export class WatchedMachine {
  report = $state.raw<MachineReport | null>(null);
  problem = $state<Problem | null>(null);

  /** Watches until the returned function is called. */
  follow(): () => void {
    void this.#ask();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.#ask();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }

  async #ask(): Promise<void> {
    const known = this.report?.samples ?? [];
    try {
      const next = await api.engine.machine.query({ after: known.at(-1)?.at ?? 0 });
      this.report = { ...next, samples: [...known, ...next.samples].slice(-MOST_SAMPLES) };
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}
