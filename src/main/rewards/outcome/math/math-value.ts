/** What an answer can be once it is read: a number or expression, several of them, an interval, a relation, a matrix, or plain text. */

/** An expression as a tree; `name` of a call is the function's or operation's. */
export type MathNode =
  | { readonly op: 'number'; readonly text: string }
  | { readonly op: 'symbol'; readonly name: string }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly MathNode[] };

/** A relation sign between two sides. */
export type RelationSign = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'approx' | 'in' | ':';

/** One answer. */
export type MathValue =
  | {
      readonly kind: 'expression';
      readonly node: MathNode;
      readonly unit: string | null; // as it was written, null where none was
      readonly percent: boolean;
    }
  // without brackets: order does not matter; "either" where "or" stands between all
  | { readonly kind: 'list'; readonly items: readonly MathValue[]; readonly either?: true }
  | { readonly kind: 'set'; readonly items: readonly MathValue[] }
  | { readonly kind: 'tuple'; readonly open: string; readonly close: string; readonly items: readonly MathValue[] }
  | { readonly kind: 'union'; readonly parts: readonly MathValue[] }
  | { readonly kind: 'relation'; readonly sides: readonly MathValue[]; readonly signs: readonly RelationSign[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly MathValue[])[] };

/** An expression without unit or percent sign. */
export function expression(node: MathNode): MathValue {
  return { kind: 'expression', node, unit: null, percent: false };
}

/** A call node. */
export function call(name: string, ...args: MathNode[]): MathNode {
  return { op: 'call', name, args };
}

/** Whether a node holds a call of this name anywhere. */
export function contains(node: MathNode, name: string): boolean {
  return node.op === 'call' && (node.name === name || node.args.some((arg) => contains(arg, name)));
}

/** The tree with every call of `name` replaced. */
export function replaced(node: MathNode, name: string, by: (args: readonly MathNode[]) => MathNode): MathNode {
  if (node.op !== 'call') return node;
  const args = node.args.map((arg) => replaced(arg, name, by));
  return node.name === name ? by(args) : { ...node, args };
}

/** The members of a list; anything else is one member. */
export function itemsOf(value: MathValue): readonly MathValue[] {
  return value.kind === 'list' ? value.items : [value];
}
