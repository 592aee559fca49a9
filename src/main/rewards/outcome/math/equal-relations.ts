/**
 * Relations: equations and inequalities that say the same ("2x + 4y = 3" and "y = 3/4 - x/2"), labels that only name a value ("x = 5" for 5),
 * inequalities that state an interval. How sides are compared is handed in: values hold relations and relations hold values.
 */
import { type Expression, equalExpressions, factorBetween, symbolsOf } from './equal-expressions.ts';
import { isClock, sameTime } from './equal-times.ts';
import { call, expression, type MathNode, type MathValue, type RelationSign } from './math-value.ts';

/** How two values are compared. */
type Equal = (truth: MathValue, given: MathValue) => boolean;
type Relation = MathValue & { kind: 'relation' };

/** "x = 5" for 5: the last side of a chain of equations that begins with a name; the value itself where there is none. */
export function unlabelled(value: MathValue): MathValue {
  if (value.kind !== 'relation') return value;
  const [first] = value.sides;
  const last = value.sides.at(-1);
  if (first === undefined || last === undefined) return value;
  const exact = value.signs.lastIndexOf('=');
  if (value.signs.every((sign) => sign === '=' || sign === 'approx' || sign === ':') && isLabel(first)) {
    if (exact < 0) return value.signs.includes('approx') ? last : value;
    const side = value.sides[exact + 1] ?? last;
    return value.signs.slice(exact + 1).includes(':')
      ? { ...value, sides: value.sides.slice(exact + 1), signs: value.signs.slice(exact + 1) }
      : side;
  }
  if (value.signs.length === 1 && value.signs[0] === 'in' && isLabel(first)) return last;
  return value;
}

/** "5 x 6 x 4 = 120": equal sides without any symbol; its last side is the result. */
function isCalculation({ sides, signs }: Relation): boolean {
  const constant = (side: MathValue) => side.kind === 'expression' && symbolsOf(side.node).length === 0;
  return signs.every((sign) => sign === '=' || sign === 'approx') && sides.every(constant);
}

/** A name that only labels what follows: x, a_3, f(x), |AB|, (p, q), AB, S_{MBCN}. */
function isLabel(value: MathValue): boolean {
  if (value.kind === 'tuple' || value.kind === 'list') return value.items.every(isLabel);
  if (value.kind !== 'expression') return false;
  const isName = (node: MathNode): boolean =>
    node.op === 'symbol' ||
    (node.op === 'call' && ['multiply', 'abs', 'divide', 'e'].includes(node.name) && node.args.every(isName));
  return isName(value.node);
}

const FLIPPED: Readonly<Record<string, RelationSign>> = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '=': '=',
  '!=': '!=',
  ':': ':',
};

/** Whether two values of which one at least is a relation say the same. */
export function equalRelations(truth: MathValue, given: MathValue, equal: Equal): boolean {
  const [ratio, other] = [ratioOf(truth), ratioOf(given)];
  if (ratio !== null && other !== null) return sameRatio(ratio, other);
  if (truth.kind === 'relation' && given.kind === 'relation') {
    if (sameRelation(truth, given, equal)) return true;
    const [a, b] = [unlabelled(truth), unlabelled(given)];
    if (a.kind !== 'relation' && b.kind !== 'relation') return sameLabels(truth, given) && equal(a, b);
    if (a !== truth || b !== given) return equal(a, b);
    const [x, y] = [intervalOf(truth), intervalOf(given)];
    return x !== null && y !== null && equal(x, y);
  }
  const [relation, plainSide] = truth.kind === 'relation' ? [truth, given] : [given as Relation, truth];
  const quotient = quotientOf(ratio ?? other);
  if (quotient !== null && plainSide.kind === 'expression') return equal(quotient, plainSide);
  const plain =
    plainSide.kind === 'expression' && isCalculation(relation)
      ? (relation.sides.at(-1) ?? relation)
      : unlabelled(relation);
  if (plain.kind !== 'relation') return equal(plain, plainSide);
  const interval = intervalOf(relation);
  return interval !== null && plainSide.kind !== 'expression' && equal(interval, plainSide);
}

/** The terms of a ratio a : b : c of expressions; null for anything else. */
function ratioOf(value: MathValue): Expression[] | null {
  if (value.kind !== 'relation' || value.signs.some((sign) => sign !== ':')) return null;
  const terms = value.sides.filter((side) => side.kind === 'expression');
  return terms.length === value.sides.length ? terms : null;
}

/** 3:2 is 6:4; times have to be the same ones, before noon or after. */
function sameRatio(a: readonly Expression[], b: readonly Expression[]): boolean {
  const [first, other] = [a[0], b[0]];
  if (isClock(a) && isClock(b)) return sameTime(a, b);
  if (a.length !== b.length || first === undefined || other === undefined) return false;
  return a.every((term, i) => {
    const [left, right] = [
      call('multiply', term.node, other.node),
      call('multiply', b[i]?.node ?? term.node, first.node),
    ];
    return term.unit === null && equalExpressions({ ...term, node: left }, { ...term, node: right });
  });
}

/** a : b as a / b. */
function quotientOf(terms: readonly Expression[] | null): MathValue | null {
  const [over, under] = terms ?? [];
  if (terms?.length !== 2 || over === undefined || under === undefined || isClock(terms)) return null;
  return over.unit === null && under.unit === null ? expression(call('divide', over.node, under.node)) : null;
}

/** Two assignments are one only where they name the same thing; a name of several letters or none is no reason to refuse. */
function sameLabels(a: Relation, b: Relation): boolean {
  const [x, y] = [a.sides[0], b.sides[0]];
  if (x?.kind !== 'expression' || y?.kind !== 'expression') return true;
  return !(x.node.op === 'symbol' && y.node.op === 'symbol') || x.node.name === y.node.name;
}

function sameRelation(a: Relation, b: Relation, equal: Equal): boolean {
  if (a.signs.length !== b.signs.length) return false;
  const same = (sides: readonly MathValue[], signs: readonly RelationSign[]) =>
    a.signs.every((sign, i) => sign === signs[i]) && a.sides.every((side, i) => equal(side, sides[i] ?? side));
  if (same(b.sides, b.signs)) return true;
  if (
    !a.signs.includes(':') &&
    same(
      [...b.sides].reverse(),
      [...b.signs].reverse().map((sign) => FLIPPED[sign] ?? sign),
    )
  )
    return true;
  return a.signs.length === 1 && sameLine(a, b);
}

/** a < b against c < d as lhs - rhs: equal up to a factor, positive where the sign has a direction. */
function sameLine(a: Relation, b: Relation): boolean {
  const [sign, other] = [a.signs[0], b.signs[0]];
  if (sign === undefined || other === undefined || sign === ':' || other === ':' || sign === 'in' || other === 'in')
    return false;
  const [left, right] = [differenceOf(a), differenceOf(b)];
  if (left === null || right === null) return false;
  const factor = factorBetween(left, right);
  if (factor === null) return false;
  return sign === '=' || sign === '!=' ? sign === other : (factor > 0 ? other : FLIPPED[other]) === sign;
}

function differenceOf(relation: Relation): MathNode | null {
  const [left, right] = relation.sides;
  return left?.kind === 'expression' && right?.kind === 'expression' ? call('subtract', left.node, right.node) : null;
}

/** "x <= -2 or x >= 2" as the union of its intervals; null where the list is none. */
export function unionOf(value: MathValue): MathValue | null {
  if (value.kind !== 'list' || value.either !== true) return null;
  const parts = value.items
    .map((item) => (item.kind === 'relation' ? intervalOf(item) : null))
    .filter((part) => part !== null);
  return parts.length === value.items.length ? { kind: 'union', parts } : null;
}

/** The interval that an inequality of one name states: -2 <= x <= 7 is [-2, 7], x > 5 is (5, oo); |z| stands for z's size. */
function intervalOf({ sides, signs }: Relation): MathValue | null {
  const [first, middle, last] = sides;
  const sizes = intervalsOfSize(sides, signs);
  if (sizes !== null) return sizes;
  if (signs.length === 2 && first !== undefined && middle !== undefined && last !== undefined && isLabel(middle)) {
    if (signs.every((sign) => sign === '<' || sign === '<='))
      return tuple(signs[0] === '<=', first, last, signs[1] === '<=');
    if (signs.every((sign) => sign === '>' || sign === '>='))
      return tuple(signs[1] === '>=', last, first, signs[0] === '>=');
    return null;
  }
  if (signs.length !== 1 || first === undefined || middle === undefined) return null;
  const [sign] = signs;
  if (isLabel(first) && !isLabel(middle)) {
    if (sign === '<' || sign === '<=') return tuple(false, infinity(true), middle, sign === '<=');
    if (sign === '>' || sign === '>=') return tuple(sign === '>=', middle, infinity(false), false);
  }
  return null;
}

/** 1 <= |z| <= 3 is [-3, -1] or [1, 3], |z| > 2 is below -2 or above 2: the real numbers of a size; null where no |z| is bounded. */
function intervalsOfSize(sides: readonly MathValue[], signs: readonly RelationSign[]): MathValue | null {
  const [first, middle, last] = sides;
  const [sign = '=', second] = signs;
  const upward = (each: RelationSign | undefined) => each === '<' || each === '<=';
  if (signs.length > 2 || first === undefined || middle === undefined) return null;
  const flipped = signs.map((each) => FLIPPED[each] ?? each).reverse();
  if (signs.length === 2) {
    if (!isSize(middle) || last === undefined) return null;
    if (!upward(sign)) return upward(flipped[0]) ? intervalsOfSize([...sides].reverse(), flipped) : null;
    if (!upward(second) || first.kind !== 'expression' || last.kind !== 'expression') return null;
    const right = tuple(sign === '<=', first, last, second === '<=');
    return { kind: 'union', parts: [tuple(second === '<=', negative(last), negative(first), sign === '<='), right] };
  }
  if (isSize(middle) && !isSize(first)) return intervalsOfSize([middle, first], flipped);
  if (!isSize(first) || middle.kind !== 'expression') return null;
  const closed = sign.endsWith('=');
  if (upward(sign)) return tuple(closed, negative(middle), middle, closed);
  if (sign !== '>' && sign !== '>=') return null;
  return {
    kind: 'union',
    parts: [tuple(false, infinity(true), negative(middle), closed), tuple(closed, middle, infinity(false), false)],
  };
}

function infinity(isNegative: boolean): MathValue {
  return expression(isNegative ? call('negate', call('infinity')) : call('infinity'));
}

/** |x| of one name. */
function isSize(value: MathValue): boolean {
  if (value.kind !== 'expression' || value.node.op !== 'call' || value.node.name !== 'abs') return false;
  return value.node.args[0]?.op === 'symbol';
}

function negative(value: MathValue & { kind: 'expression' }): MathValue {
  return { ...value, node: call('negate', value.node) };
}

function tuple(closedLeft: boolean, from: MathValue, to: MathValue, closedRight: boolean): MathValue {
  return { kind: 'tuple', open: closedLeft ? '[' : '(', close: closedRight ? ']' : ')', items: [from, to] };
}
