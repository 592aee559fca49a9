/**
 * Shapes and types of an op's results from those of its inputs, as PyTorch's meta device and TensorFlow's shape functions give them: what
 * tracing (trace.ts) needs of an op, so that it computes nothing and holds nothing. Ops are TensorFlow's, in the forms in which tfjs-node
 * sends them. Deliberately absent: ops that no network here uses; trace.ts runs these on zeros.
 */
import type { OpAttr } from './graph-def.ts';

/** A tensor without its numbers. `ints` are those of an int32 constant: axes, sizes, orders. */
export interface Form {
  readonly shape: readonly number[];
  readonly dtype: number; // TensorFlow's DataType
  readonly ints?: readonly number[] | undefined;
}

const [INT32, BOOL, BFLOAT16] = [3, 10, 14];

type Attrs = ReadonlyMap<string, unknown>;
/** The results' forms; null where this case is not known. */
type ShapeFunction = (inputs: readonly Form[], attrs: Attrs, outputs: number) => Form[] | null;

/** Forms of an op's `outputs` results; null where the op, or this use of it, is not in the table. */
export function inferForms(
  op: string,
  attrs: readonly OpAttr[],
  inputs: readonly Form[],
  outputs: number,
): Form[] | null {
  const known = SHAPES[op];
  const forms = known?.(inputs, new Map(attrs.map(({ name, value }) => [name, value])), outputs) ?? null;
  return forms?.length === outputs && forms.every(({ shape }) => shape.every((size) => size >= 0)) ? forms : null;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const at = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const one = (shape: readonly number[], dtype: number): Form[] => [{ shape, dtype }];

function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

const like: ShapeFunction = ([x]) => (x === undefined ? null : one(x.shape, x.dtype));
const spread: ShapeFunction = (inputs) =>
  inputs[0] === undefined ? null : one(broadcast(inputs.map(({ shape }) => shape)), inputs[0].dtype);
const compared: ShapeFunction = (inputs) => one(broadcast(inputs.map(({ shape }) => shape)), BOOL);

const reduced: ShapeFunction = ([x, axes], attrs) => {
  if (x === undefined || axes?.ints === undefined) return null;
  const gone = new Set(axes.ints.map((axis) => at(axis, x.shape.length)));
  const shape = x.shape.flatMap((size, i) => (gone.has(i) ? (attrs.get('keep_dims') === true ? [1] : []) : [size]));
  return one(shape, x.dtype);
};

/** a b over the last two axes; the axes before them spread. */
function product(transposeA: string, transposeB: string): ShapeFunction {
  return ([a, b], attrs) => {
    if (a === undefined || b === undefined) return null;
    const turned = ({ shape }: Form, flag: string) => {
      const [rows, columns] = shape.slice(-2);
      return attrs.get(flag) === true ? [columns ?? -1, rows ?? -1] : [rows ?? -1, columns ?? -1];
    };
    const before = broadcast([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    return one([...before, turned(a, transposeA)[0] ?? -1, turned(b, transposeB)[1] ?? -1], a.dtype);
  };
}

/** x.shape with the size of one axis replaced. */
const resized = (x: Form, axis: number, size: number): Form => ({
  shape: x.shape.map((old, i) => (i === at(axis, x.shape.length) ? size : old)),
  dtype: x.dtype,
});

const SHAPES: Readonly<Record<string, ShapeFunction>> = {
  ...Object.fromEntries(
    'Abs Ceil Cos Cumsum Erf Exp Expm1 Floor Identity Log Log1p LogicalNot Neg OnesLike Reciprocal Relu Rsqrt Sigmoid Sign Sin Softmax Sqrt Square Tanh ZerosLike'
      .split(' ')
      .map((op) => [op, like]),
  ),
  ...Object.fromEntries(
    'Add AddV2 FloorDiv Maximum Minimum Mul Pow RealDiv SquaredDifference Sub'.split(' ').map((op) => [op, spread]),
  ),
  ...Object.fromEntries(
    'Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr NotEqual'.split(' ').map((op) => [op, compared]),
  ),
  ...Object.fromEntries('All Any Max Mean Min Prod Sum'.split(' ').map((op) => [op, reduced])),
  AddN: like,
  IdentityN: (inputs) => inputs.map(({ shape, dtype }) => ({ shape, dtype })),
  MatMul: product('transpose_a', 'transpose_b'),
  BatchMatMulV2: product('adj_x', 'adj_y'),
  Cast: ([x], attrs) => (x === undefined ? null : one(x.shape, Number(attrs.get('DstT')))),
  Bitcast: ([x], attrs) =>
    x?.dtype === INT32 && attrs.get('type') === BFLOAT16 ? one([...x.shape, 2], BFLOAT16) : null,
  Select: ([, x]) => (x === undefined ? null : one(x.shape, x.dtype)),
  SelectV2: (inputs) =>
    inputs[1] === undefined ? null : one(broadcast(inputs.map(({ shape }) => shape)), inputs[1].dtype),
  ArgMax: ([x, axis], attrs) => {
    if (x === undefined || axis?.ints?.[0] === undefined) return null;
    const gone = at(axis.ints[0], x.shape.length);
    return one(
      x.shape.filter((_, i) => i !== gone),
      Number(attrs.get('output_type')),
    );
  },
  Reshape: ([x, to]) => {
    if (x === undefined || to?.ints === undefined) return null;
    const known = sizeOf(to.ints.filter((size) => size !== -1));
    return one(
      to.ints.map((size) => (size === -1 ? sizeOf(x.shape) / known : size)),
      x.dtype,
    );
  },
  Transpose: ([x, order]) => {
    if (x === undefined || order?.ints === undefined) return null;
    return one(
      order.ints.map((axis) => x.shape[axis] ?? -1),
      x.dtype,
    );
  },
  ConcatV2: (inputs) => {
    const [parts, axis] = [inputs.slice(0, -1), inputs.at(-1)?.ints?.[0]];
    const [first] = parts;
    if (first === undefined || axis === undefined) return null;
    const along = parts.reduce((sum, { shape }) => sum + (shape[at(axis, shape.length)] ?? -1), 0);
    return [resized(first, axis, along)];
  },
  SplitV: ([x, sizes, axis]) => {
    const along = axis?.ints?.[0];
    if (x === undefined || sizes?.ints === undefined || along === undefined) return null;
    return sizes.ints.map((size) => resized(x, along, size));
  },
  Slice: ([x, begin, size]) => {
    if (x === undefined || begin?.ints === undefined || size?.ints === undefined) return null;
    const from = begin.ints;
    return one(
      size.ints.map((wanted, i) => (wanted === -1 ? (x.shape[i] ?? -1) - (from[i] ?? 0) : wanted)),
      x.dtype,
    );
  },
  GatherV2: ([x, indices, axis], attrs) => {
    const along = axis?.ints?.[0];
    if (x === undefined || indices === undefined || along === undefined || (attrs.get('batch_dims') ?? 0) !== 0)
      return null;
    const place = at(along, x.shape.length);
    return one([...x.shape.slice(0, place), ...indices.shape, ...x.shape.slice(place + 1)], x.dtype);
  },
  ExpandDims: ([x, axis]) => {
    const place = axis?.ints?.[0];
    if (x === undefined || place === undefined) return null;
    return one(x.shape.toSpliced(at(place, x.shape.length + 1), 0, 1), x.dtype);
  },
  Pack: (inputs, attrs) => {
    const [x] = inputs;
    if (x === undefined) return null;
    return one(x.shape.toSpliced(at(Number(attrs.get('axis')), x.shape.length + 1), 0, inputs.length), x.dtype);
  },
  Fill: ([sizes, value]) => (sizes?.ints === undefined || value === undefined ? null : one(sizes.ints, value.dtype)),
  Tile: ([x, times]) => {
    const factors = times?.ints;
    if (x === undefined || factors === undefined) return null;
    return one(
      x.shape.map((size, i) => size * (factors[i] ?? -1)),
      x.dtype,
    );
  },
  OneHot: ([x, depth, on], attrs) => {
    if (x === undefined || depth?.ints?.[0] === undefined || on === undefined || attrs.get('axis') !== -1) return null;
    return one([...x.shape, depth.ints[0]], on.dtype);
  },
  UnsortedSegmentSum: ([x, ids, segments]) => {
    if (x === undefined || ids === undefined || segments?.ints?.[0] === undefined) return null;
    return one([segments.ints[0], ...x.shape.slice(ids.shape.length)], x.dtype);
  },
  TopKV2: ([x, k]) => {
    if (x === undefined || k?.ints?.[0] === undefined) return null;
    const values = resized(x, -1, k.ints[0]);
    return [values, { shape: values.shape, dtype: INT32 }];
  },
  SparseSoftmaxCrossEntropyWithLogits: ([logits, ids]) =>
    logits === undefined || ids === undefined
      ? null
      : [
          { shape: ids.shape, dtype: logits.dtype },
          { shape: logits.shape, dtype: logits.dtype },
        ],
};
