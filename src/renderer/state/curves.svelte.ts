/** Curves of runs that grow live. Metrics are loaded when first asked for; points of steps that are known are not taken twice. */
import { api, type Outputs, type Problem, problemOf } from '../api/client.ts';
import { type LiveBatch, live } from './live.svelte.ts';

export type Series = Outputs['runs']['series'][number];

const MOST_POINTS = 4000;

export class Curves {
  runIds: readonly number[];
  /** Changes whenever any curve has changed: read it where curves are drawn. */
  version = $state(0);
  problem = $state<Problem | null>(null);
  readonly #metrics: string[] = [];
  readonly #series = new Map<string, Series>();
  readonly #loading = new Map<string, LiveBatch[]>();
  #end: (() => void) | undefined;
  readonly onBatch: ((batch: LiveBatch) => void) | undefined;

  constructor(runIds: readonly number[], onBatch?: (batch: LiveBatch) => void) {
    this.runIds = runIds;
    this.onBatch = onBatch;
  }

  /** Begins to listen; returns the end. */
  start(): () => void {
    this.#listen();
    return () => this.#end?.();
  }

  get(runId: number, metric: string): Series | undefined {
    return this.#series.get(`${runId}/${metric}`);
  }

  /** Loads metrics that were not asked for before. */
  async ensure(metrics: readonly string[]): Promise<void> {
    const fresh = metrics.filter((one) => !this.#metrics.includes(one));
    if (fresh.length === 0) return;
    this.#metrics.push(...fresh);
    this.#listen();
    if (this.runIds.length > 0) await this.#load(fresh);
  }

  /** Loads everything again: other runs, or a run that was cut back. */
  async reload(runIds: readonly number[] = this.runIds): Promise<void> {
    this.runIds = runIds;
    await this.#load([...this.#metrics]);
  }

  async #load(metrics: readonly string[]): Promise<void> {
    for (const metric of metrics) this.#loading.set(metric, []);
    try {
      const runIds = [...this.runIds];
      const all = await Promise.all(
        metrics.map((metric) => api.runs.series.query({ runIds, metric, maxPoints: MOST_POINTS })),
      );
      for (const one of all.flat()) this.#series.set(`${one.runId}/${one.metric}`, one);
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
    for (const metric of metrics) {
      const waiting = this.#loading.get(metric) ?? [];
      this.#loading.delete(metric);
      for (const batch of waiting) this.#take(batch, metric);
    }
    this.version++;
  }

  #listen(): void {
    const before = this.#end;
    this.#end = live.follow({ metrics: [...this.#metrics], onBatch: (batch) => this.#hear(batch) });
    before?.();
  }

  #hear(batch: LiveBatch): void {
    this.onBatch?.(batch);
    if (batch.events.some((event) => event.kind === 'cut' && this.runIds.includes(event.runId))) {
      void this.reload();
      return;
    }
    if (!batch.points.some((point) => this.runIds.includes(point.runId))) return;
    for (const metric of this.#metrics) {
      const waiting = this.#loading.get(metric);
      if (waiting === undefined) this.#take(batch, metric);
      else waiting.push(batch);
    }
    this.version++;
  }

  #take(batch: LiveBatch, metric: string): void {
    for (const point of batch.points) {
      if (point.metric !== metric || !this.runIds.includes(point.runId)) continue;
      const key = `${point.runId}/${metric}`;
      const known = this.#series.get(key) ?? { runId: point.runId, metric, steps: [], values: [], total: 0 };
      if (point.step <= (known.steps.at(-1) ?? -1)) continue;
      known.steps.push(point.step);
      known.values.push(point.value);
      this.#series.set(key, { ...known, total: known.total + 1 });
    }
  }
}
