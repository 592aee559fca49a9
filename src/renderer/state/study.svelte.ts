/**
 * One study as its page shows it: matrix, curves, table. Loaded once, then fed by the live stream point by point; the table and the time
 * left are asked for again now and then while something runs.
 */
import type { RunState } from '../../shared/run/run-events.ts';
import { api, type Outputs } from '../api/client.ts';
import { type LiveBatch, live } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';

export type Cell = Outputs['studies']['get']['cells'][number];
type Series = Outputs['runs']['series'][number];

const ACTIVE: ReadonlySet<RunState> = new Set(['queued', 'running']);
const MATRIX_EVERY_MS = 4000;
const TABLE_EVERY_MS = 5000;
const MOST_POINTS = 4000;

export class StudyState {
  readonly id: number;
  readonly metrics: readonly string[];
  readonly matrix: Resource<Outputs['studies']['get']>;
  readonly table: Resource<Outputs['tables']['get']>;
  readonly evaluations: Resource<Outputs['evaluations']['ofRuns']>;
  cells = $state.raw<readonly Cell[]>([]);
  /** Changes whenever a curve has grown. */
  version = $state(0);
  readonly #results: boolean;
  readonly #series = new Map<string, Series>();
  #pending: LiveBatch[] | null = [];

  /** Without `results` the table and the evaluations are not loaded. */
  constructor(id: number, metrics: readonly string[], { results = true } = {}) {
    this.id = id;
    this.#results = results;
    this.metrics = metrics;
    this.matrix = new Resource(async () => {
      const found = await api.studies.get.query({ id });
      this.cells = found.cells;
      return found;
    });
    this.evaluations = new Resource(() => api.evaluations.ofRuns.query({ runIds: this.cells.map((cell) => cell.id) }));
    this.table = new Resource(() => api.tables.get.query({ id, draft: this.isActive }));
  }

  get isActive(): boolean {
    return this.cells.some((cell) => ACTIVE.has(cell.state));
  }

  /** Points of a run, or none. Read `version` to follow its growth. */
  series(runId: number, metric: string): Series | undefined {
    return this.#series.get(`${runId}/${metric}`);
  }

  /** Loads everything and stays live; returns the end. */
  start(): () => void {
    const end = live.follow({ metrics: this.metrics, onBatch: (batch) => this.#hear(batch) });
    void this.#load();
    return end;
  }

  async #load(): Promise<void> {
    await this.matrix.load();
    if (this.#results) {
      void this.table.load();
      void this.evaluations.load();
    }
    const runIds = this.cells.map((cell) => cell.id);
    if (runIds.length > 0) {
      const all = await Promise.all(
        this.metrics.map((metric) => api.runs.series.query({ runIds, metric, maxPoints: MOST_POINTS })),
      );
      for (const one of all.flat()) this.#series.set(`${one.runId}/${one.metric}`, one);
    }
    const pending = this.#pending ?? [];
    this.#pending = null;
    for (const batch of pending) this.#apply(batch);
    this.version++;
  }

  #hear(batch: LiveBatch): void {
    if (this.#pending !== null) this.#pending.push(batch);
    else this.#apply(batch);
  }

  #apply(batch: LiveBatch): void {
    const known = new Map(this.cells.map((cell) => [cell.id, cell]));
    const changed = new Map(batch.runs.filter((run) => known.has(run.id)).map((run) => [run.id, run]));
    if (changed.size === 0) {
      if (batch.runs.some((run) => run.studyId === this.id)) this.matrix.loadSoon(200);
      return;
    }
    const restarted = batch.events.some((event) => event.kind === 'cut' && changed.has(event.runId));
    if (restarted) {
      this.#pending = [];
      void this.#load();
      return;
    }
    const newest = new Map<number, Record<string, number | null>>();
    for (const { runId, metric, step, value } of batch.points) {
      if (!changed.has(runId)) continue;
      newest.set(runId, { ...newest.get(runId), [metric]: value });
      this.#append(runId, metric, step, value);
    }
    this.cells = this.cells.map((cell) => {
      const run = changed.get(cell.id);
      return run === undefined ? cell : { ...cell, ...run, metrics: { ...cell.metrics, ...newest.get(cell.id) } };
    });
    this.version++;
    if (this.isActive) this.matrix.loadSoon(MATRIX_EVERY_MS);
    const ended = batch.events.some((event) => changed.has(event.runId) && event.kind === 'finished');
    if (!this.#results) return;
    if (ended || batch.events.some((event) => event.kind === 'evaluation' && changed.has(event.runId))) {
      this.table.loadSoon(ended ? 300 : TABLE_EVERY_MS);
      this.evaluations.loadSoon(1000);
    }
  }

  #append(runId: number, metric: string, step: number, value: number | null): void {
    const key = `${runId}/${metric}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { runId, metric, steps: [], values: [], total: 0 };
      this.#series.set(key, series);
    }
    if (step <= (series.steps.at(-1) ?? -1)) return; // was in what was loaded
    series.steps.push(step);
    series.values.push(value);
    this.#series.set(key, { ...series, total: series.total + 1 });
  }
}
