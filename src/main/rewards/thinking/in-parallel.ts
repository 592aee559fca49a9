/** Calls over a list with a limit on how many are under way: requests to an endpoint. */

/** Maps a list with at most `limit` calls at once; results in the list's order. */
export async function inParallel<A, B>(
  items: readonly A[],
  limit: number,
  call: (item: A) => Promise<B>,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await call(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
