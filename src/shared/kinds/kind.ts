/**
 * Tables of kinds: one entry for each thing that a setting, an option or a file can name. Names, choices of forms, texts of errors and checks
 * come from the table; what an entry does lies in a second table elsewhere, typed by the first one's names, so that an entry without its
 * other half does not compile. Deliberately absent: any entry (the files beside this one).
 */

/** What every kind says of itself in a form or a table: a title of a few words, and a sentence where the title does not say it all. */
export interface Kind {
  readonly title: string;
  readonly help?: string;
}

/** A table of kinds by name. */
export type KindTable<T extends Kind = Kind> = Readonly<Record<string, T>>;

/** The names of a table in its order, one at least, as zod's enum and commander's choices take them. */
export function namesOf<T extends object>(table: T): [Extract<keyof T, string>, ...Extract<keyof T, string>[]] {
  return Object.keys(table) as [Extract<keyof T, string>, ...Extract<keyof T, string>[]];
}

/** The entry of a name that may come from anywhere, undefined where the table has none of that name. */
export function kindNamed<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
