/** Circles in a graph (Tarjan's strongly connected components). */

/** Groups of nodes that reach one another, each group once; a node that names itself is a group of one. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>(); // when a node was first met
  const low = new Map<string, number>(); // the earliest node still open that it reaches
  const open: string[] = [];
  const found: string[][] = [];

  function visit(node: string): void {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    open.push(node);
    const next = graph.get(node) ?? [];
    for (const target of next) {
      if (!order.has(target)) {
        visit(target);
        low.set(node, Math.min(low.get(node)!, low.get(target)!));
      } else if (open.includes(target)) low.set(node, Math.min(low.get(node)!, order.get(target)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = open.splice(open.indexOf(node));
    if (group.length > 1 || next.includes(node)) found.push(group);
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
