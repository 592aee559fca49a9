/**
 * What a page may not do here: go elsewhere, open windows, embed anything, ask for the camera. Our own page needs none of it, so all is
 * refused, whatever gets into it.
 */
import { app, session, shell, type WebContents } from 'electron';

/** Permissions the page uses itself: copying a table. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Applies to every page of this process, now and later. Call once, when the app is ready. */
export function secureSessions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(ALLOWED.has(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => ALLOWED.has(permission));
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (isOwn(contents, url)) return;
    event.preventDefault();
    openOutside(url);
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
}

/** Same origin as the engine's page that this window was given. */
function isOwn(contents: WebContents, url: string): boolean {
  try {
    return new URL(url).origin === new URL(contents.getURL()).origin;
  } catch {
    return false;
  }
}

/** Links of documentation open in the user's browser; nothing but https does. */
function openOutside(url: string): void {
  if (/^https:\/\//.test(url)) void shell.openExternal(url);
}
