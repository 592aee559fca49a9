/** System notifications: a run's end, and what else users are told of, unless the window is being looked at anyway. */
import { Notification } from 'electron';
import type { Notice } from '../../shared/app/notices.ts';
import type { RunEnded } from './engine/engine-messages.ts';
import type { MainWindow } from './window.ts';

/** Tells the user; a click brings the window to the front and shows the run. */
export function notifyRunEnd(run: RunEnded, window: MainWindow | undefined): void {
  show(window, `${run.name} ${run.state}`, run.reason ?? `${run.variant}, seed ${run.seed}`, `/runs/${run.id}`);
}

/** Tells the user of a notice; that a run failed is told with its end. */
export function notifyOf({ event, title, text, path }: Notice, window: MainWindow | undefined): void {
  if (event !== 'run-failed') show(window, title, text, path);
}

function show(window: MainWindow | undefined, title: string, body: string, address: string): void {
  if (window === undefined || window.isFocused || !Notification.isSupported()) return;
  const notification = new Notification({ title, body, silent: true });
  notification.on('click', () => {
    window.focus();
    window.tell({ kind: 'go', address });
  });
  notification.show();
}
