/** Leaves out what was not given, so that an option that is absent stays absent where objects are merged, stored or sent. */

type Absent<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** An object whose undefined values may be absent, and are never there. */
export type Given<T> = { [K in Exclude<keyof T, Absent<T>>]: T[K] } & {
  [K in Absent<T>]?: Exclude<T[K], undefined>;
};

/** The values that are there: null, 0, false and "" stay, undefined goes. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
