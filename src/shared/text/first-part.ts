/** The beginning of a text. */

/** What stands before the first separator; all of it where there is none. */
export function firstPart(text: string, separator: string | RegExp): string {
  const [part = ''] = text.split(separator, 1);
  return part;
}
