/** Small choices that the page remembers on this machine. */

const PREFIX = 'sophia-';
const known = new Map<string, { value: unknown }>();

/** A remembered value; every caller with the same name shares it. */
export function preference<T>(name: string, fallback: T): { value: T } {
  const shared = known.get(name) as { value: T } | undefined;
  if (shared !== undefined) return shared;
  let value = $state<T>(readKept(localStorage, name, fallback));
  const made = {
    get value(): T {
      return value;
    },
    set value(next: T) {
      value = next;
      writeKept(localStorage, name, next);
    },
  };
  known.set(name, made);
  return made;
}

/** What was kept under a name; `fallback` where nothing was, or what cannot be read. */
export function readKept<T>(storage: Storage, name: string, fallback: T): T {
  try {
    const text = storage.getItem(PREFIX + name);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

/** Keeps a value under a name. */
export function writeKept(storage: Storage, name: string, value: unknown): void {
  storage.setItem(PREFIX + name, JSON.stringify(value));
}
