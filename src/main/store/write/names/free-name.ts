/** Names that two things ask for: the second gets a number. */

/** A name's longest beginning that still takes a number within the 64 characters of a name. */
const BEGINNING = 58;

/** The name itself where it is free, else `name-2`, `name-3` and so on. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let i = 2; ; i++) {
    const numbered = `${name.slice(0, BEGINNING)}-${i}`;
    if (!isTaken(numbered)) return numbered;
  }
}
