/** What a browser lets this page do with system notifications, in words for the user, and the test that shows one. */
import type { TestedNotification } from '../../../shared/app/shell-bridge.ts';

/** `insecure`: browsers have notifications on https and localhost only. */
export type Permission = NotificationPermission | 'unsupported' | 'insecure';

/** How long the system has to say that it has shown a notification. */
const SHOWN_MS = 3000;

/** As the browser has it now. */
export function permissionNow(): Permission {
  if (!globalThis.isSecureContext) return 'insecure';
  return 'Notification' in globalThis ? Notification.permission : 'unsupported';
}

/** Hears when the user changes it in the browser. */
export function watchPermission(hear: (permission: Permission) => void): void {
  void navigator.permissions?.query({ name: 'notifications' }).then(
    (status) => status.addEventListener('change', () => hear(permissionNow())),
    () => {}, // an older browser: it is read again with the page
  );
}

/** Why notifications cannot be had here and the way to have them; null where they can. */
export function refusalOf(permission: Permission, { userAgent }: Pick<Navigator, 'userAgent'>): string | null {
  if (permission === 'unsupported') return 'This browser has no system notifications. A hook below tells you as well.';
  if (permission === 'insecure')
    return 'Browsers show system notifications on https and localhost only. Open this page through a tunnel (ssh -L PORT:localhost:PORT SERVER), or use a hook.';
  if (permission !== 'denied') return null;
  const how = /Firefox\//.test(userAgent)
    ? 'click the icon at the left of the address and clear "Blocked" beside "Send notifications"'
    : /Chrom(e|ium)\//.test(userAgent)
      ? 'click the icon at the left of the address, open Site settings and set Notifications to Allow'
      : 'open the browser’s settings for websites and set Notifications to Allow for this address';
  return `This browser blocks notifications of this page. To undo it, ${how}.`;
}

/** Shows a notification and waits for what the system makes of it; `onclick` is called where it is clicked. */
export function shownTest(onclick: () => void): Promise<TestedNotification> {
  const body = 'This is a test. A click leads back to Settings.';
  const shown = new Notification('Sophia Lab', { body, tag: 'test' });
  shown.onclick = () => {
    onclick();
    shown.close();
  };
  return new Promise((resolve) => {
    const late = setTimeout(
      () =>
        resolve({
          works: false,
          says: 'The system did not say that it showed the test: look at its settings for notifications of this browser, and at do not disturb.',
        }),
      SHOWN_MS,
    );
    const end = (tested: TestedNotification) => () => {
      clearTimeout(late);
      resolve(tested);
    };
    shown.onshow = end({ works: true, says: 'Shown: the system took the test.' });
    shown.onerror = end({
      works: false,
      says: 'The browser could not show it: are its notifications off in the system’s settings?',
    });
  });
}
