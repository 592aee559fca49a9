/**
 * System notifications of the window: what users are told of (shared/app/notices.ts) and the end of a run, unless the window is being looked at
 * or they are switched off. The switch is the window's own, kept in HOME/window/notifications.json; without the file it is on.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notification } from 'electron';
import type { Notice } from '../../shared/app/notices.ts';
import type { NotificationState, TestedNotification } from '../../shared/app/shell-bridge.ts';
import type { RunEnded } from './engine/engine-messages.ts';
import type { MainWindow } from './window.ts';

/** How long the system has to say that it has shown a notification. */
const SHOWN_MS = 3000;
const UNSUPPORTED =
  'This system shows no notifications (on Linux they need libnotify and a notification service of the desktop).';

/** What the window's process tells through the system. */
export class SystemNotifications {
  readonly #file: string;
  readonly #window: () => MainWindow | undefined;
  /** Those that can still be clicked: Electron forgets one that nobody holds, and its click with it. */
  readonly #shown = new Set<Notification>();

  constructor(stateFolder: string, window: () => MainWindow | undefined) {
    this.#file = join(stateFolder, 'notifications.json');
    this.#window = window;
  }

  /** Whether they are on, and why they cannot be shown here, or null. */
  state(): NotificationState {
    return { isOn: this.#isOn(), problem: Notification.isSupported() ? null : UNSUPPORTED };
  }

  /** Switches them on or off, for later starts too; says why that could not be kept. */
  turn(isOn: boolean): NotificationState {
    try {
      writeFileSync(`${this.#file}.part`, JSON.stringify({ isOn }));
      renameSync(`${this.#file}.part`, this.#file);
      return this.state();
    } catch (error) {
      return { ...this.state(), problem: `The switch could not be kept: ${(error as Error).message}.` };
    }
  }

  /** Tells of a notice. */
  tell({ title, text, path }: Notice): void {
    this.#tellAway(title, text, path);
  }

  /** Tells of a run that has finished: its study's other runs go on. */
  tellRunEnd(run: RunEnded): void {
    this.#tellAway(`${run.name} finished`, `${run.variant}, seed ${run.seed}`, `/runs/${run.id}`);
  }

  /** Shows a notification now, looked at or not, and says what the system made of it. */
  async test(): Promise<TestedNotification> {
    if (!Notification.isSupported()) return { works: false, says: UNSUPPORTED };
    const notification = this.#make('Sophia Lab', 'This is a test. A click leads back to Settings.', '/settings');
    return new Promise((resolve) => {
      const late = setTimeout(
        () =>
          resolve({
            works: false,
            says: 'The system did not say that it showed the test: look at its settings for notifications of Sophia Lab, and at do not disturb.',
          }),
        SHOWN_MS,
      );
      notification.once('show', () => {
        clearTimeout(late);
        resolve({ works: true, says: 'Shown: the system took the test.' });
      });
      notification.once('failed', (_event, error) => {
        clearTimeout(late);
        resolve({ works: false, says: `The system refused it: ${error}.` });
      });
      notification.show();
    });
  }

  #tellAway(title: string, body: string, address: string): void {
    const window = this.#window();
    if (window === undefined || window.isFocused || !this.#isOn() || !Notification.isSupported()) return;
    this.#make(title, body, address).show();
  }

  #make(title: string, body: string, address: string): Notification {
    const notification = new Notification({ title, body, silent: true });
    this.#shown.add(notification);
    notification.on('close', () => this.#shown.delete(notification));
    notification.on('click', () => {
      this.#shown.delete(notification);
      const window = this.#window();
      window?.focus();
      window?.tell({ kind: 'go', address });
    });
    return notification;
  }

  #isOn(): boolean {
    try {
      return (JSON.parse(readFileSync(this.#file, 'utf8')) as { isOn?: unknown }).isOn !== false;
    } catch {
      return true; // never switched, or damaged
    }
  }
}
