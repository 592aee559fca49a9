/** Names that fit, told apart: names of variants often begin and end alike, so what they differ in is what is kept. */

/** A name of at most `most` characters: of a longer one the middle is left out. */
export function middleEllipsis(name: string, most: number): string {
  if (name.length <= most) return name;
  const kept = Math.max(2, most - 1);
  const end = Math.floor(kept / 2);
  return `${name.slice(0, kept - end).trimEnd()}…${name.slice(-end).trimStart()}`;
}

/**
 * Each of the names in at most `most` characters. Where leaving out the middle makes different names equal, the part that they differ in stands
 * between what is left of their beginning and end: "full tr…seven…e words".
 */
export function shortNames(names: readonly string[], most: number): string[] {
  return names.map((name) => {
    if (name.length <= most) return name;
    const alike = names.filter((other) => {
      if (other.length <= most) return false; // it stands whole, and is taken for no other
      const { before, after } = shared(name, other);
      return other !== name && before + after >= most - 6;
    });
    return alike.length === 0 ? middleEllipsis(name, most) : aroundDifference(name, alike, most);
  });
}

/** How many characters two texts share at their beginning, and at their end. */
function shared(a: string, b: string): { readonly before: number; readonly after: number } {
  const least = Math.min(a.length, b.length);
  let before = 0;
  while (before < least && a[before] === b[before]) before++;
  let after = 0;
  while (after < least && a.at(-1 - after) === b.at(-1 - after)) after++;
  return { before, after };
}

function aroundDifference(name: string, others: readonly string[], most: number): string {
  const before = Math.min(...others.map((other) => shared(name, other).before));
  const after = Math.min(...others.map((other) => shared(name, other).after));
  // From the start of the word that differs, to the end of it.
  const from = /[^\s_.-]*$/.exec(name.slice(0, before))?.index ?? before;
  const rest = Math.max(before, name.length - after);
  const to = rest + (/^[^\s_.-]*/.exec(name.slice(rest))?.[0].length ?? 0);
  const part = name.slice(from, to).slice(0, Math.max(1, most - 2));
  const left = Math.max(0, most - 2 - part.length);
  const start = name.slice(0, Math.min(from, Math.ceil(left / 2))).trimEnd();
  const end =
    left - start.length < 2 || to >= name.length
      ? ''
      : name.slice(Math.max(to, name.length - Math.floor(left / 2))).trimStart();
  const [first, last] = [start.length < from ? '…' : '', to < name.length && end.length < name.length - to ? '…' : ''];
  return `${start}${first}${part}${last}${end}`;
}
