/** Groups for what the page uses too. The language has Map.groupBy, but browsers only since Chrome 117, Safari 17.4 and Firefox 119; the page runs in older ones. */

/** The items by key, keys in the order they first came, items in their own. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
