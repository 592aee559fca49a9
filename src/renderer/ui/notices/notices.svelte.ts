/**
 * Notices in this browser: a system notification while no tab of it is looked at, a message at the corner of the tab that is. Each is shown once
 * by this browser, whatever tabs are open. In the app's own window the window's process notifies (shell/notify.ts).
 */
import type { NotificationState, TestedNotification } from '../../../shared/app/shell-bridge.ts';
import { api, type Outputs, problemOf } from '../../api/client.ts';
import { shell } from '../../api/shell.ts';
import { live } from '../../state/live.svelte.ts';
import { preference, readKept, writeKept } from '../../state/preferences.svelte.ts';
import { toasts } from '../../state/toasts.svelte.ts';
import { type Permission, permissionNow, shownTest, watchPermission } from './permission.ts';

type Told = Outputs['notices']['list'][number];

/** Notices asked for at a time: more than happens between two looks. */
const LIMIT = 30;
/** Ids that are remembered as shown: more than are ever asked for. */
const KEPT = 200;
const SHOWN = 'notices-shown';
const WANTED = 'notices-on';
/** A look follows a change after this long; a tab that nobody looks at leaves it to one that is looked at, if there is one. */
const SOON_MS = 300;
const AWAY_MS = 1200;
/** And one comes without a change: the connection may have been away. */
const EVERY_MS = 60_000;

class Notices {
  readonly #wanted = preference(WANTED, false);
  #permission = $state<Permission>(permissionNow());
  /** Of the app's window; null in a browser, and until the window has answered. */
  #window = $state.raw<NotificationState | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #openedAt = Date.now();

  constructor() {
    // Another tab has switched them on or off.
    addEventListener('storage', ({ key }) => {
      if (key?.endsWith(WANTED)) this.#wanted.value = readKept(localStorage, WANTED, false);
    });
    watchPermission((permission) => {
      this.#permission = permission;
    });
    void shell?.request({ kind: 'notification-state' }).then((state) => {
      this.#window = state;
    });
  }

  get isOn(): boolean {
    return shell === undefined ? this.#wanted.value && this.#permission === 'granted' : this.#window?.isOn === true;
  }

  /** What the browser lets this page do. */
  get permission(): Permission {
    return this.#permission;
  }

  /** Why the window's system cannot show them, or null; null in a browser. */
  get problem(): string | null {
    return this.#window?.problem ?? null;
  }

  /** Turns system notifications of this browser or window on, which the browser may ask about, or off. */
  async turn(on: boolean): Promise<void> {
    if (shell !== undefined) {
      this.#window = await shell.request({ kind: 'turn-notifications', on });
      return;
    }
    if (on && this.#permission === 'default') {
      await Notification.requestPermission();
      this.#permission = permissionNow();
    }
    this.#wanted.value = on && this.#permission === 'granted';
  }

  /** Shows a notification now, also while the page is looked at, and says what became of it. */
  async test(): Promise<TestedNotification> {
    try {
      return await (shell === undefined
        ? shownTest(() => this.#go('/settings'))
        : shell.request({ kind: 'test-notification' }));
    } catch (error) {
      return { works: false, says: `No notification could be made: ${problemOf(error).message}` };
    }
  }

  /** Follows the engine; returns the end. */
  follow(): () => void {
    this.#soon();
    let noticed: number | undefined;
    const end = live.follow({
      metrics: [],
      onBatch: (batch) => {
        if (batch.noticed !== noticed) this.#soon();
        noticed = batch.noticed;
      },
    });
    const timer = setInterval(() => this.#soon(), EVERY_MS);
    return () => {
      clearInterval(timer);
      end();
    };
  }

  #soon(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        void api.notices.list.query({ limit: LIMIT }).then(
          (told) => alone(() => this.#take(told)),
          () => {}, // the engine is gone, which the page says
        );
      },
      isLookedAt() ? SOON_MS : AWAY_MS,
    );
  }

  /** Tabs of one browser share what was shown; at the first look everything was that is older than the page. */
  #take(told: readonly Told[]): void {
    const kept = readKept<string[] | null>(localStorage, SHOWN, null);
    const before = kept ?? told.filter(({ at }) => at < this.#openedAt).map(({ id }) => id);
    const fresh = told.filter(({ id }) => !before.includes(id)).reverse();
    if (kept === null || fresh.length > 0)
      writeKept(localStorage, SHOWN, [...before, ...fresh.map(({ id }) => id)].slice(-KEPT));
    for (const notice of fresh) this.#show(notice);
  }

  #show({ id, event, title, text, path }: Told): void {
    if (isLookedAt() || !this.isOn) {
      if (event === 'study-finished') toasts.done(title);
      else toasts.failed(new Error(`${title}. ${text}`));
      return;
    }
    if (shell !== undefined) return;
    const shown = new Notification(title, { body: text, tag: id });
    shown.onclick = () => {
      this.#go(path);
      shown.close();
    };
  }

  #go(path: string): void {
    window.focus();
    location.hash = `#${path}`;
  }
}

const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** One tab after the other, so that two do not take the same notice; where a browser has no locks (no https, no localhost) it has no notifications either. */
function alone(work: () => void): void {
  if (navigator.locks === undefined) work();
  else void navigator.locks.request('sophia-notices', () => work());
}

export const notices = new Notices();
