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
  const short = names.map((name) => middleEllipsis(name, most));
  return names.map((name, i) => {
    const alike = [...new Set(names.filter((_, k) => short[k] === short[i]))];
    return alike.length < 2 ? (short[i] ?? name) : aroundDifference(name, alike, most);
  });
}

function aroundDifference(name: string, alike: readonly string[], most: number): string {
  const others = alike.filter((other) => other !== name);
  const common = (a: string, b: string, at: (text: string, i: number) => string | undefined): number => {
    let n = 0;
    while (n < Math.min(a.length, b.length) && at(a, n) === at(b, n)) n++;
    return n;
  };
  const before = Math.min(...others.map((other) => common(name, other, (text, i) => text[i])));
  const after = Math.min(...others.map((other) => common(name, other, (text, i) => text.at(-1 - i))));
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
