/**
 * Notices in this browser: a system notification while its window is in the background, a message at the corner while it is looked at. Each is
 * shown once by this browser, whatever tabs are open. In the app's own window the window's process notifies (shell/notify.ts).
 */
import { api, type Outputs } from '../../api/client.ts';
import { shell } from '../../api/shell.ts';
import { live } from '../../state/live.svelte.ts';
import { preference, readKept, writeKept } from '../../state/preferences.svelte.ts';
import { toasts } from '../../state/toasts.svelte.ts';

type Told = Outputs['notices']['list'][number];

/** Notices asked for at a time: more than happens between two looks. */
const LIMIT = 30;
const SEEN = 'notices-seen';

class Notices {
  readonly #wanted = preference('notices-on', false);
  #permission = $state<NotificationPermission>('Notification' in globalThis ? Notification.permission : 'denied');
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #openedAt = Date.now();

  get isOn(): boolean {
    return this.#wanted.value && this.#permission === 'granted';
  }

  get isRefused(): boolean {
    return this.#permission === 'denied';
  }

  /** Turns notifications of this browser on, which it may ask about, or off. */
  async turn(on: boolean): Promise<void> {
    if (on && this.#permission === 'default') this.#permission = await Notification.requestPermission();
    this.#wanted.value = on && this.#permission === 'granted';
  }

  /** Follows the engine; returns the end. */
  follow(): () => void {
    this.#soon();
    const kinds = new Set(['state', 'alert', 'paused', 'step']);
    return live.follow({
      metrics: [],
      onBatch: ({ events }) => {
        if (events.some(({ kind }) => kinds.has(kind))) this.#soon();
      },
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void api.notices.list.query({ limit: LIMIT }).then(
        (told) => this.#take(told),
        () => {}, // the engine is gone, which the page says
      );
    }, 1500);
  }

  /** Tabs of one browser share what was seen; at the first look everything was that is older than the page. */
  #take(told: readonly Told[]): void {
    const kept = readKept<number | null>(localStorage, SEEN, null);
    const seen = kept ?? this.#openedAt;
    const newest = Math.max(told[0]?.at ?? seen, seen);
    if (kept === null || newest > kept) writeKept(localStorage, SEEN, newest);
    for (const notice of told.filter(({ at }) => at > seen).reverse()) this.#show(notice);
  }

  #show({ id, event, title, text, path }: Told): void {
    const isLookedAt = document.visibilityState === 'visible' && document.hasFocus();
    if (isLookedAt || (shell === undefined && !this.isOn)) {
      if (event === 'study-finished') toasts.done(title);
      else toasts.failed(new Error(`${title}. ${text}`));
      return;
    }
    if (shell !== undefined) return;
    const shown = new Notification(title, { body: text, tag: id });
    shown.onclick = () => {
      window.focus();
      location.hash = `#${path}`;
      shown.close();
    };
  }
}

export const notices = new Notices();
