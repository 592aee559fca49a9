/**
 * Curves of runs that grow live. Metrics are loaded when first asked for; points of steps that are known are not taken twice. Where a
 * run has more points than are drawn, those of a zoomed part are loaded in full.
 */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Curve } from '../../../shared/values/curves.ts';
import { ALONE, api, type Outputs, type Problem, problemOf } from '../../api/client.ts';
import type { XAxis } from '../../charts/lines/scales.ts';
import { type LiveBatch, live } from '../live.svelte.ts';
import { NowAndThen } from './redraw-rarely.ts';
import { StepTimes } from './step-times.ts';

export type Series = Outputs['runs']['series'][number];

/** Of a run: the most points that are drawn, of all its steps and of a zoomed part; where many runs share a chart, its points in all are kept to POINTS_OF_CHART. */
const MOST_POINTS = 4000;
const MOST_RAW_POINTS = 20_000;
const LEAST_POINTS = 200; // even ones every third pixel, and the extremes between
const POINTS_OF_CHART = 20_000;
/** More runs than these are drawn every other second only. */
const CROWD = 24;
const TOKENS = 'num_tokens';
/** Stands for the places of steps among the versions of metrics. */
const AXIS = '';

function pointsEach(runs: number, most: number): number {
  return Math.round(Math.max(LEAST_POINTS, Math.min(most, POINTS_OF_CHART / runs)));
}

/** A zoomed part of a metric, in full. */
interface Detail {
  readonly from: number;
  readonly to: number;
  readonly series: ReadonlyMap<number, Series>;
}

export class Curves {
  runIds: readonly number[];
  /** How often a metric's curves have changed: what is drawn of a metric is drawn again for its own changes only. */
  readonly #versions = new SvelteMap<string, number>();
  problem = $state<Problem | null>(null);
  readonly #metrics: string[] = [];
  readonly #series = new Map<string, Series>();
  readonly #details = new Map<string, Detail>();
  readonly #loading = new Map<string, LiveBatch[]>();
  readonly #times = new StepTimes();
  /** Metrics that have grown since they were last drawn. */
  readonly #grown = new Set<string>();
  readonly #draw = new NowAndThen(
    () => {
      this.#changed([...this.#grown]);
      this.#grown.clear();
    },
    () => (this.runIds.length > CROWD ? 2000 : 1000), // among many runs a step is a fraction of a pixel
  );
  /** The last request that was made: questions of one moment would be answered all at once, the first with the last. */
  #last: Promise<void> | undefined;
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

  /** A run's points: those to be drawn, or all where the chart is zoomed to. Read in an effect, it runs again when they change. */
  get(runId: number, metric: string): Series | undefined {
    this.#versions.get(metric);
    const whole = this.#series.get(`${runId}/${metric}`);
    const detail = this.#details.get(metric);
    const part = detail?.series.get(runId);
    if (whole === undefined || detail === undefined || part === undefined) return whole;
    const before = whole.steps.findIndex((step) => step >= detail.from);
    const after = whole.steps.findIndex((step) => step > detail.to);
    const join = <T>(drawn: readonly T[], raw: readonly T[]): T[] => [
      ...drawn.slice(0, before < 0 ? drawn.length : before),
      ...raw,
      ...(after < 0 ? [] : drawn.slice(after)),
    ];
    return { ...whole, steps: join(whole.steps, part.steps), values: join(whole.values, part.values) };
  }

  /** Whether a metric's points have been read, so that having none says something. */
  isLoaded(metric: string): boolean {
    return (this.#versions.get(metric) ?? 0) > 0;
  }

  /** A run's curve along an axis: with the place of each of its steps, where that is not the step itself. */
  along(series: Series, axis: XAxis): Curve {
    if (axis === 'step') return series;
    this.#versions.get(AXIS);
    if (axis === 'wall time') return { ...series, x: this.#times.secondsAt(series.runId, series.steps) };
    const tokens = this.#series.get(`${series.runId}/${TOKENS}`);
    const at = new Map(tokens?.steps.map((step, i) => [step, tokens.values[i] ?? null]));
    return { ...series, x: series.steps.map((step) => at.get(step) ?? null) };
  }

  /** Loads what an axis needs. */
  async ensureAxis(axis: XAxis): Promise<void> {
    if (axis === 'tokens') await this.ensure([TOKENS]);
    if (axis !== 'wall time') return;
    try {
      await this.#times.load(this.runIds);
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.#changed([AXIS]);
  }

  /** Loads metrics that were not asked for before. */
  async ensure(metrics: readonly string[]): Promise<void> {
    const fresh = metrics.filter((metric) => !this.#metrics.includes(metric));
    if (fresh.length === 0) return;
    this.#metrics.push(...fresh);
    this.#listen();
    if (this.runIds.length > 0) await this.#load(fresh);
  }

  /** Loads everything again: other runs, or a run that was cut back. */
  async reload(runIds: readonly number[] = this.runIds): Promise<void> {
    this.runIds = runIds;
    this.#details.clear();
    await Promise.all([this.#load([...this.#metrics]), this.#times.isUsed ? this.ensureAxis('wall time') : undefined]);
  }

  /** Loads the points of a metric between two steps where only some are drawn, all of them or as many as a chart holds; null: back to those. */
  async zoom(metric: string, range: readonly [number, number] | null): Promise<void> {
    if (range === null) {
      if (this.#details.delete(metric)) this.#changed([metric]);
      return;
    }
    const [from, to] = [Math.max(0, Math.floor(range[0])), Math.ceil(range[1])];
    const runIds = this.runIds.filter((id) => {
      const known = this.#series.get(`${id}/${metric}`);
      return known !== undefined && known.total > known.steps.length;
    });
    if (runIds.length === 0) return;
    const maxPoints = pointsEach(runIds.length, MOST_RAW_POINTS);
    const asked = { runIds, metric, sinceStep: from - 1, untilStep: to, maxPoints };
    try {
      const raw = await api.runs.series.query(asked);
      this.#details.set(metric, { from, to, series: new Map(raw.map((series) => [series.runId, series])) });
      this.#changed([metric]);
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** One metric after the other, so that the first chart is drawn while the next is read. */
  async #load(metrics: readonly string[]): Promise<void> {
    for (const metric of metrics) this.#loading.set(metric, []);
    const runIds = [...this.runIds];
    const maxPoints = pointsEach(runIds.length, MOST_POINTS);
    for (const metric of metrics) {
      try {
        const all = await this.#inTurn(() => api.runs.series.query({ runIds, metric, maxPoints }, ALONE));
        for (const series of all) this.#series.set(`${series.runId}/${series.metric}`, series);
        this.problem = null;
      } catch (error) {
        this.problem = problemOf(error);
      }
      const waiting = this.#loading.get(metric) ?? [];
      this.#loading.delete(metric);
      for (const batch of waiting) this.#take(batch, metric);
      this.#changed(metric === TOKENS ? [metric, AXIS] : [metric]);
    }
  }

  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#last === undefined ? ask() : this.#last.then(ask);
    const done = (): void => {
      if (this.#last === last) this.#last = undefined;
    };
    const last = answer.then(done, done);
    this.#last = last;
    return answer;
  }

  #changed(metrics: readonly string[]): void {
    for (const metric of metrics) this.#versions.set(metric, untrack(() => this.#versions.get(metric) ?? 0) + 1);
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
    this.#times.take(batch.events);
    const news = new Set<string>(
      batch.points.filter((point) => this.runIds.includes(point.runId)).map((point) => point.metric),
    );
    if (news.size === 0) return;
    for (const metric of this.#metrics.filter((metric) => news.has(metric))) {
      const waiting = this.#loading.get(metric);
      if (waiting === undefined) this.#take(batch, metric);
      else waiting.push(batch);
    }
    if (news.has(TOKENS) || this.#times.isUsed) news.add(AXIS);
    for (const metric of news) this.#grown.add(metric);
    this.#draw.ask();
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
