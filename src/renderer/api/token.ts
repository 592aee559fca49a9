/**
 * The token comes in the address's fragment (never sent to a server, never in a log), is taken out of it at once, and lives for this
 * tab only. The address (route.svelte.ts) is read after this.
 */
const KEY = 'sophia-token';
let token = '';

// Reads `#token=...[&to=/path]`, or what this tab had before a reload; while loading, before anything reads the address.
{
  const given = new URLSearchParams(location.hash.slice(1));
  const fresh = given.get('token');
  if (fresh !== null) {
    token = fresh;
    sessionStorage.setItem(KEY, fresh);
    history.replaceState(null, '', `${location.pathname}#${given.get('to') ?? '/studies'}`);
  } else token = sessionStorage.getItem(KEY) ?? '';
}

/** The Authorization header of every request. */
export function authorization(): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
