/** A system notification when a run ends, unless its window is being looked at anyway. */
import { Notification } from 'electron';
import type { RunEnded } from './engine/engine-messages.ts';
import type { MainWindow } from './window.ts';

/** Tells the user; a click brings the window to the front and shows the run. */
export function notifyRunEnd(run: RunEnded, window: MainWindow | undefined): void {
  if (window === undefined || window.isFocused || !Notification.isSupported()) return;
  const title = `${run.name} ${run.state}`;
  const notification = new Notification({
    title,
    body: run.reason ?? `${run.variant}, seed ${run.seed}`,
    silent: true,
  });
  notification.on('click', () => {
    window.focus();
    window.tell({ kind: 'go', address: `/runs/${run.id}` });
  });
  notification.show();
}
