/**
 * One study as its page shows it: matrix, curves, table. Loaded once, then fed by the live stream (its curves by state/curves); the table
 * and the time left are asked for again now and then while something runs.
 */
import type { RunState } from '../../shared/run/run-events.ts';
import { api, type Outputs } from '../api/client.ts';
import { Curves } from './curves/curves.svelte.ts';
import type { LiveBatch } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';

export type Cell = Outputs['studies']['get']['cells'][number];

const ACTIVE: ReadonlySet<RunState> = new Set(['queued', 'running']);
const MATRIX_EVERY_MS = 4000;
const TABLE_EVERY_MS = 5000;

export class StudyState {
  readonly id: number;
  readonly metrics: readonly string[];
  readonly matrix: Resource<Outputs['studies']['get']>;
  readonly table: Resource<Outputs['tables']['get']>;
  readonly evaluations: Resource<Outputs['evaluations']['ofRuns']>;
  readonly verdict: Resource<Outputs['studies']['verdict']>;
  cells = $state.raw<readonly Cell[]>([]);
  /** Curves of its runs. */
  readonly curves: Curves;
  readonly #results: boolean;

  /** Without `results` table, verdict and evaluations are not loaded. */
  constructor(id: number, metrics: readonly string[], { results = true } = {}) {
    this.id = id;
    this.#results = results;
    this.metrics = metrics;
    this.curves = new Curves([], (batch) => this.#hear(batch));
    this.matrix = new Resource(async () => {
      const found = await api.studies.get.query({ id });
      this.cells = found.cells;
      const runIds = found.cells.map((cell) => cell.id);
      if (runIds.join() !== this.curves.runIds.join()) void this.curves.reload(runIds);
      return found;
    });
    this.evaluations = new Resource(() => api.evaluations.ofRuns.query({ runIds: this.cells.map((cell) => cell.id) }));
    this.verdict = new Resource(() => api.studies.verdict.query({ id }));
    this.table = new Resource(() => api.tables.get.query({ id, draft: this.isActive }));
  }

  get isActive(): boolean {
    return this.cells.some((cell) => ACTIVE.has(cell.state));
  }

  /** Loads everything and stays live; returns the end. */
  start(): () => void {
    const end = this.curves.start();
    void this.curves.ensure(this.metrics);
    void this.#load();
    return end;
  }

  async #load(): Promise<void> {
    await this.matrix.load();
    if (!this.#results) return;
    void this.table.load();
    void this.verdict.load();
    void this.evaluations.load();
  }

  #hear({ runs, events, points }: LiveBatch): void {
    const known = new Set(this.cells.map((cell) => cell.id));
    const changed = new Map(runs.filter((run) => known.has(run.id)).map((run) => [run.id, run]));
    if (changed.size === 0) {
      if (runs.some((run) => run.studyId === this.id)) this.matrix.loadSoon(200);
      return;
    }
    const own = events.filter((event) => changed.has(event.runId));
    const newest = new Map<number, Record<string, number | null>>();
    for (const { runId, metric, value } of points) newest.set(runId, { ...newest.get(runId), [metric]: value });
    this.cells = this.cells.map((cell) => {
      const run = changed.get(cell.id);
      return run === undefined ? cell : { ...cell, ...run, metrics: { ...cell.metrics, ...newest.get(cell.id) } };
    });
    const happened = new Set(own.map((event) => event.kind));
    if (happened.has('cut')) void this.matrix.load();
    else if (this.isActive) this.matrix.loadSoon(MATRIX_EVERY_MS);
    const hasEnded = happened.has('cut') || happened.has('finished');
    if (!this.#results || !(hasEnded || happened.has('evaluation'))) return;
    this.table.loadSoon(hasEnded ? 300 : TABLE_EVERY_MS);
    this.verdict.loadSoon(hasEnded ? 300 : TABLE_EVERY_MS);
    this.evaluations.loadSoon(1000);
  }
}
