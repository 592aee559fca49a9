/**
 * Watches a home and tells: reads what was committed since it last looked, makes notices, sends each by the hooks that want it. It has no part
 * in the queue: a hook that hangs or fails holds no run, is said in the log of notices and in the terminal, and holds no other hook.
 */
import type { Notice, NoticeHook, ToldNotice } from '../../../shared/app/notices.ts';
import type { Store } from '../../store/store.ts';
import type { Changes } from '../changes.ts';
import { noticesOfEvents, noticesOfPoints, WATCHED_METRICS } from './find-notices.ts';
import { NoticeLog } from './notice-log.ts';
import { type SendOptions, type Sent, sendNotice } from './send-notice.ts';

/** What the notifier works with. */
export interface NotifierOptions {
  readonly store: Store;
  readonly changes: Changes;
  readonly hooks: () => readonly NoticeHook[];
  /** A hook's secret and what is hidden from commands. */
  readonly secrets: (hook: NoticeHook) => SendOptions;
  /** Why the disk is low, or null; asked once a minute. */
  readonly diskProblem: () => Promise<string | null>;
  /** Hears each notice once, for the window. */
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  /** Waits before a second and a third try, in ms. */
  readonly waitsMs?: readonly number[] | undefined;
}

const WAITS_MS = [2000, 10_000];
const DISK_EVERY_MS = 60_000;
/** How long an engine that ends waits for what is being sent. */
const CLOSE_MS = 8000;

/** Tells what happens in one home until it is closed. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #log: NoticeLog;
  readonly #end = new AbortController();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;
  #count = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#log = new NoticeLog(options.store.paths.home, options.store.newestCursor());
    for (const notice of this.#log.notices)
      for (const { hook, state } of notice.deliveries) if (state === 'waiting') this.#queue(notice, hook);
    void this.#follow();
    this.#timer = setInterval(() => void this.checkDisk(), DISK_EVERY_MS);
    this.#timer.unref();
  }

  /** How many notices there were, and changes of their deliveries, since the engine started: another number, another list. */
  get count(): number {
    return this.#count;
  }

  /** What was told, newest first. */
  list(limit: number): ToldNotice[] {
    return this.#log.notices.slice(-limit).reverse();
  }

  /** Sends a notice that says it is a test, once, by a hook that need not be saved. */
  test(hook: NoticeHook): Promise<Sent> {
    const text = 'This is a test of your notification hook.';
    const notice: Notice = {
      id: `test/${Date.now()}`,
      event: hook.events[0] ?? 'run-failed',
      title: 'Sophia Lab',
      text,
      path: '/settings',
      at: Date.now(),
    };
    return sendNotice(hook, notice, this.#options.secrets(hook));
  }

  /** Tells once that the disk has become low; told again after it was not. */
  async checkDisk(): Promise<void> {
    const problem = await this.#options.diskProblem().catch(() => null);
    if (this.#isClosed || (problem !== null) === this.#log.isDiskLow) return;
    this.#log.isDiskLow = problem !== null;
    if (problem === null) return;
    const at = Date.now();
    this.#tell({ id: `disk/${at}`, event: 'disk', title: 'Disk is low', text: problem, path: '/settings', at });
  }

  /** Looks at the last events, waits a moment for what is being sent, and ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return; // an engine may be asked to end twice; the store is gone by then
    this.#drain();
    this.#isClosed = true;
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([Promise.all(this.#lanes.values()), enough]);
    clearTimeout(timer);
    this.#end.abort();
    this.#log.close();
  }

  async #follow(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const change = this.#options.changes.next(this.#end.signal); // before reading: what comes meanwhile rings for the next round
      if (!this.#isClosed) this.#drain();
      await change;
    }
  }

  #drain(): void {
    const { store } = this.#options;
    for (;;) {
      const rows = store.newRowsSince(this.#log.cursor, { limit: 500, metrics: [...WATCHED_METRICS] });
      for (const notice of [...noticesOfEvents(store, rows.events), ...noticesOfPoints(store, rows.points)])
        this.#tell(notice);
      this.#log.passed(rows.cursor);
      if (!rows.more) return;
    }
  }

  #tell(notice: Notice): void {
    const wanted = this.#options.hooks().filter(({ events }) => events.includes(notice.event));
    if (
      !this.#log.add(
        notice,
        wanted.map(({ name }) => name),
      )
    )
      return;
    this.#options.onNotice?.(notice);
    for (const { name } of wanted) this.#queue(notice, name);
    this.#noticed();
  }

  #noticed(): void {
    this.#count++;
    this.#options.changes.notify();
  }

  /** One hook is sent one notice at a time, in order; hooks do not wait for each other. */
  #queue(notice: Notice, name: string): void {
    const lane = (this.#lanes.get(name) ?? Promise.resolve()).then(() => this.#send(notice, name));
    this.#lanes.set(name, lane);
  }

  async #send(notice: Notice, name: string): Promise<void> {
    const waits = this.#options.waitsMs ?? WAITS_MS;
    for (let attempt = 0; ; attempt++) {
      const hook = this.#options.hooks().find((other) => other.name === name);
      if (this.#end.signal.aborted) return; // it stays waiting, for the next start
      if (hook === undefined) return this.#log.set(notice.id, name, 'failed', 'the hook was removed');
      this.#log.set(notice.id, name, 'sending', '');
      const { works, says, isWorthAnother } = await sendNotice(hook, notice, this.#options.secrets(hook));
      if (this.#end.signal.aborted) return;
      const wait = waits[attempt];
      if (works || !isWorthAnother || wait === undefined) {
        this.#log.set(notice.id, name, works ? 'sent' : 'failed', works ? '' : says);
        if (!works) console.error(`sophia: notice "${notice.title}" was not sent by ${name}: ${says}.`);
        return this.#noticed();
      }
      this.#log.set(notice.id, name, 'waiting', says);
      await new Promise<void>((resolve) => setTimeout(resolve, wait).unref());
    }
  }
}
