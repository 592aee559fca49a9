/** Where the user is: the hash of the address, so that every view has a URL and back works. */
import '../api/session.ts'; // takes the token out of the address first

/** A parsed address: `#/studies/3?metric=kl` is path ['studies', '3'] and query {metric: 'kl'}. */
export interface Route {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** Reads a hash; anything odd is the studies list. */
function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  return { path: parts.length === 0 ? ['studies'] : parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view. */
export function hrefOf(
  path: readonly (string | number)[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '') as [
    string,
    string | number,
  ][];
  const tail = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${tail === '' ? '' : `?${tail}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class RouteState {
  current = $state<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.current = parseRoute(location.hash);
    });
  }

  go(path: readonly (string | number)[], query: Readonly<Record<string, string | number | undefined>> = {}): void {
    location.hash = hrefOf(path, query);
  }

  /** Changes the query in place, without a step in the history. */
  setQuery(query: Readonly<Record<string, string | number | undefined>>): void {
    history.replaceState(null, '', hrefOf(this.current.path, { ...this.current.query, ...query }));
    this.current = parseRoute(location.hash);
  }
}

export const route = new RouteState();
