/**
 * One live stream for the whole page: it carries every new event, the runs as they now are, and the points of the metrics that open
 * views asked for. A broken connection continues where it stopped.
 */
import { api, type Outputs, problemOf } from '../api/client.ts';

export type LiveBatch =
  Outputs['live'] extends AsyncIterable<infer T> ? (T extends { data: infer D } ? D : never) : never;
export type Connection = 'connecting' | 'live' | 'gone' | 'unauthorized';

interface Listener {
  readonly metrics: readonly string[];
  readonly onBatch: (batch: LiveBatch) => void;
}

class Live {
  connection = $state<Connection>('connecting');
  /** Why this browser is not let in, and what to do; empty where it is. */
  refusal = $state('');
  readonly #listeners = new Set<Listener>();
  #cursor: number | undefined;
  #metrics = '';
  #stream: { unsubscribe(): void } | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Hears everything from now on. Call before loading what is there already, so that nothing falls in between; returns the end. */
  follow(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#connect();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Connects, or connects again when the metrics asked for have changed. */
  #connect(force = false): void {
    const metrics = [...new Set([...this.#listeners].flatMap((listener) => listener.metrics))].sort();
    const key = metrics.join('\n');
    if (!force && this.#stream !== undefined && metrics.every((metric) => this.#metrics.split('\n').includes(metric)))
      return;
    this.#metrics = key;
    this.#stream?.unsubscribe();
    this.#stream = undefined;
    void this.#open(metrics);
  }

  async #open(metrics: string[]): Promise<void> {
    clearTimeout(this.#retry);
    try {
      this.#cursor ??= (await api.studies.list.query({})).cursor;
    } catch (error) {
      return this.#lost(error);
    }
    if (this.#metrics !== metrics.join('\n')) return; // asked again meanwhile
    this.#stream?.unsubscribe();
    this.#stream = api.live.subscribe(
      { cursor: this.#cursor, metrics },
      {
        onStarted: () => {
          this.connection = 'live';
        },
        onData: ({ data }) => {
          this.connection = 'live';
          this.#cursor = data.cursor;
          for (const listener of this.#listeners) listener.onBatch(data);
        },
        onConnectionStateChange: (state) => {
          if (state.state === 'connecting' && state.error) this.#told(state.error);
          if (state.state === 'pending') this.connection = 'live';
        },
        onError: (error) => this.#lost(error),
      },
    );
  }

  constructor() {
    // The link may have been opened in another tab meanwhile, whose cookie is this one's too.
    addEventListener('focus', () => this.connection === 'unauthorized' && this.#connect(true));
  }

  /** A broken stream does not say why: a plain question tells an engine that is gone from one that does not know this browser. */
  #told(error: unknown): void {
    if (this.#isRefused(error)) return;
    this.connection = 'gone';
    api.engine.status.query().catch((found: unknown) => {
      if (!this.#isRefused(found)) return;
      clearTimeout(this.#retry);
      this.#stream?.unsubscribe(); // its cookie will not become right
    });
  }

  #isRefused(error: unknown): boolean {
    const { unauthorized, message } = problemOf(error);
    if (unauthorized) {
      this.connection = 'unauthorized';
      this.refusal = message;
    }
    return unauthorized;
  }

  #lost(error: unknown): void {
    this.#told(error);
    if (this.connection === 'unauthorized') return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(true), 2000);
  }
}

export const live = new Live();
