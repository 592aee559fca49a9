/** Addresses of servers, and names of the variables that their keys go by. */

/** What may name an environment variable that holds a key; one that programs read for other ends is no name for a key. */
export const KEY_VARIABLE = /^(?!(?:NODE|LD|DYLD|npm|SOPHIA)_)[A-Z][A-Z0-9_]{0,62}$/;

/** Host names of addresses that only this machine reaches. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a text is an http or https address without user name and password. */
export function isBaseUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

/** The address of a server as it is kept: as it is typed or copied, without blanks, what a page adds (#/jobs, ?…) and slashes at the end. */
export function plainBaseUrl(text: string): string {
  if (!isBaseUrl(text)) return text;
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
