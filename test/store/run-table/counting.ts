/** How often a store is asked: each call of a method of its reads is a statement. */

/** The store with its calls counted. */
export function counting<S extends object>(store: S): { readonly counted: S; readonly calls: () => number } {
  let calls = 0;
  const counted = new Proxy(store, {
    get: (target, name) => {
      const method = target[name as keyof typeof target];
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        calls++;
        return (method as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { counted, calls: () => calls };
}
