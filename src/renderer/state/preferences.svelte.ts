/** Small choices that the page remembers on this machine. */

const PREFIX = 'sophia-';
const known = new Map<string, { value: unknown }>();

/** A remembered value; every caller with the same name shares it. */
export function preference<T>(name: string, fallback: T): { value: T } {
  const shared = known.get(name) as { value: T } | undefined;
  if (shared !== undefined) return shared;
  let value = $state<T>(read(name, fallback));
  const made = {
    get value(): T {
      return value;
    },
    set value(next: T) {
      value = next;
      localStorage.setItem(PREFIX + name, JSON.stringify(next));
    },
  };
  known.set(name, made);
  return made;
}

function read<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
