/**
 * What a study's runs are doing, for the terminal: one redrawn line where it is a terminal, a line per event that matters where it is not.
 */
import type { RunEvent, RunState } from '../../../shared/run/run-events.ts';

interface Tracked {
  readonly label: string;
  readonly total: number;
  step: number;
  state: RunState;
  phase: string | null;
  outcome: number | null;
}

/** A place to write to: process.stderr, or a list in tests. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 200;
const BAR = 24;

/** Follows runs by their events. Steps done before a resume count as done. */
export class StudyProgress {
  readonly #runs = new Map<number, Tracked>();
  readonly #out: Output;
  readonly #now: () => number;
  #began: { at: number; done: number } | undefined;
  #drawnAt = 0;
  #lastTenth = new Map<number, number>();

  constructor(
    runs: readonly { id: number; variant: string; seed: number; step: number; totalSteps: number; state: RunState }[],
    out: Output = process.stderr,
    now: () => number = () => performance.now(), // a clock that never goes back
  ) {
    this.#out = out;
    this.#now = now;
    for (const run of runs) {
      const { step, state, totalSteps: total } = run;
      this.#runs.set(run.id, {
        label: `${run.variant} seed ${run.seed}`,
        total,
        step,
        state,
        phase: null,
        outcome: null,
      });
    }
  }

  event(runId: number, event: RunEvent): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    if (event.kind === 'started') {
      run.step = event.step;
      this.#line(`${run.label}: ${event.step > 0 ? `resumed after step ${event.step}` : 'started'}`);
    } else if (event.kind === 'step') {
      run.step = event.step;
      run.phase = null;
      run.outcome = event.metrics['rewards/outcome/mean'] ?? null;
      this.#began ??= { at: this.#now(), done: this.#done() - 1 };
      this.#tenth(runId, run);
    } else if (event.kind === 'phase') run.phase = event.phase;
    else if (event.kind === 'alert' && event.level !== 'info') this.#line(`${run.label}: ${event.message}`);
    this.#draw(false);
  }

  state(runId: number, state: RunState, reason: string | null): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    if (state === 'running' && reason !== null) this.#line(`${run.label}: ${reason}`); // why it does not get on
    if (run.state === state) return;
    run.state = state;
    if (state !== 'queued' && state !== 'running')
      this.#line(`${run.label}: ${state}${reason === null ? '' : `. ${reason}`}`);
    this.#draw(true);
  }

  /** Leaves the terminal as it was found. */
  end(): void {
    if (this.#out.isTTY) this.#out.write('\r\x1b[2K');
  }

  /** The line as it is now. */
  line(): string {
    const runs = [...this.#runs.values()];
    const total = runs.reduce((sum, run) => sum + run.total, 0);
    const share = total === 0 ? 0 : this.#done() / total;
    const filled = Math.round(share * BAR);
    const finished = runs.filter((run) => run.state === 'finished').length;
    const parts = [
      `[${'='.repeat(filled)}${' '.repeat(BAR - filled)}] ${Math.floor(share * 100)} %`,
      `${finished}/${runs.length} runs`,
    ];
    for (const run of runs.filter((run) => run.state === 'running').slice(0, 3)) {
      const reward = run.outcome === null ? '' : ` R^o ${run.outcome.toFixed(2)}`;
      parts.push(`${run.label} ${run.phase ?? `${run.step}/${run.total}`}${reward}`);
    }
    const left = this.#secondsLeft(total);
    if (left !== null) parts.push(`${duration(left)} left`);
    return parts.join('  ');
  }

  #done(): number {
    return [...this.#runs.values()].reduce((sum, run) => sum + run.step, 0);
  }

  #secondsLeft(total: number): number | null {
    if (this.#began === undefined) return null;
    const done = this.#done() - this.#began.done;
    const seconds = (this.#now() - this.#began.at) / 1000;
    return done < 2 || seconds <= 0 ? null : (seconds / done) * (total - this.#done());
  }

  /** Where nothing can be redrawn: one line per tenth of a run. */
  #tenth(runId: number, run: Tracked): void {
    if (this.#out.isTTY) return;
    const tenth = Math.floor((run.step / run.total) * 10);
    if (tenth === (this.#lastTenth.get(runId) ?? 0)) return;
    this.#lastTenth.set(runId, tenth);
    const reward = run.outcome === null ? '' : `, outcome reward ${run.outcome.toFixed(3)}`;
    this.#line(`${run.label}: step ${run.step}/${run.total}${reward}`);
  }

  #line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[2K' : ''}${text}\n`);
    this.#drawnAt = 0;
  }

  #draw(now: boolean): void {
    if (!this.#out.isTTY || (!now && this.#now() - this.#drawnAt < REDRAW_MS)) return;
    this.#drawnAt = this.#now();
    this.#out.write(`\r\x1b[2K${this.line().slice(0, (this.#out.columns ?? 100) - 1)}`);
  }
}

/** 95 -> "1 min 35 s", 5400 -> "1 h 30 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
