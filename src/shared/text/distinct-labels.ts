/** Labels that people gave and that may be equal: where two things have one label, each shows its name beside it. */

/** A label for each thing, in order, no two alike: its own, or "label (key)" where another has the same. Keys are unique. */
export function distinctLabels(things: readonly { readonly key: string; readonly label: string }[]): string[] {
  const labels = things.map((thing) => thing.label);
  for (let again = true; again; ) {
    const count = new Map<string, number>();
    for (const label of labels) count.set(label, (count.get(label) ?? 0) + 1);
    again = [...count.values()].some((n) => n > 1);
    for (const [i, { key }] of things.entries()) {
      const label = labels[i] ?? '';
      if ((count.get(label) ?? 0) > 1) labels[i] = `${label} (${key})`;
    }
  }
  return labels;
}

/** The titles of a study's variants by which pages and tables tell them apart, in order. */
export const variantTitles = (variants: readonly { readonly name: string; readonly title: string }[]): string[] =>
  distinctLabels(variants.map(({ name, title }) => ({ key: name, label: title })));
