/**
 * How this browser is let in. The start link brings a token in the address's fragment (never sent to a server, never in a log); it is taken
 * out at once and exchanged for a cookie that no script can read, so that every other tab, a pasted link and a reload after a restart are
 * let in by the cookie alone. The address (route.svelte.ts) is read after this.
 */

let exchanged: Promise<void> = Promise.resolve();
let keepsCookies = true;
/** What the engine said to the link that this page was opened with; empty where it was let in. */
let refusedLink = '';

takeToken(); // while loading
addEventListener('hashchange', (event) => {
  if (!takeToken()) return; // a start link pasted into an open tab
  event.stopImmediatePropagation();
  void exchanged.then(() => location.reload());
});

/** Resolves when the token of the address, if there was one, has been exchanged; to be waited for before the engine is asked anything. */
export function letIn(): Promise<void> {
  return exchanged;
}

/** What a refused visitor reads: `message` is the engine's, which knows neither the link nor that a cookie it gave was thrown away. */
export function refusedWords(message: string): string {
  return keepsCookies
    ? refusedLink || message
    : `This browser keeps no cookies for ${location.hostname}. Allow them for this address, then open the start link again.`;
}

/** Every other browser that is known here has to come with the start link again. @throws Error where the engine refuses */
export async function forgetOtherBrowsers(): Promise<void> {
  const answer = await fetch('/session?forget=others', { method: 'POST' });
  if (!answer.ok) throw new Error(((await answer.json()) as { error: { message: string } }).error.message);
}

/** Reads `#token=...[&to=/path]`. */
function takeToken(): boolean {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (token === null) return false;
  history.replaceState(null, '', `${location.pathname}#${given.get('to') ?? '/studies'}`);
  exchanged = exchange(token);
  return true;
}

/** A token of an earlier start changes nothing: an earlier cookie still does, or the first answer says what to do. */
async function exchange(token: string): Promise<void> {
  try {
    const answer = await fetch('/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    if (answer.ok) keepsCookies = (await fetch('/session')).ok;
    else refusedLink = ((await answer.json()) as { error: { message: string } }).error.message;
  } catch {} // the engine is gone: the page says so
}
