/** Mathematics questions: printed expressions and figures with printed sides. All answers are whole numbers. */
import { entryAt, firstOf, present } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import { spellExpression } from '../../../scene/readings.ts';
import { type Figure, GRID, type Operation, type Picture, type Ref, type Step } from '../../../scene/scene.ts';
import type { Draft, Template } from './draft.ts';

export const MATH_TEMPLATES: readonly Template[] = [
  {
    name: 'sum',
    weight: 1,
    draw: (random, hard) => {
      const [a, b] = hard ? [random.int(11, 29), random.int(11, 29)] : [random.int(2, 15), random.int(2, 9)];
      return expression(random, `${a}+${b}`, [[a, 'plus', b]]);
    },
  },
  {
    name: 'difference',
    weight: 1,
    draw: (random, hard) => {
      const b = random.int(1, 9);
      const a = b + (hard ? random.int(12, 29) : random.int(1, 12));
      return expression(random, `${a}-${b}`, [[a, 'minus', b]]);
    },
  },
  {
    name: 'product',
    weight: 1,
    draw: (random, hard) => {
      const [a, b] = [random.int(2, hard ? 9 : 5), random.int(hard ? 5 : 2, 9)];
      if (!hard) return expression(random, `${a}x${b}`, [[a, 'times', b]]);
      const c = random.int(1, 9); // the longer chain of the hard split
      return expression(random, `${a}x${b}+${c}`, [
        [a, 'times', b],
        [null, 'plus', c],
      ]);
    },
  },
  {
    name: 'chain',
    weight: 1.2,
    draw: (random, hard) => {
      const [a, b] = [random.int(2, 9), random.int(2, 9)];
      const plusFirst = random.chance(0.5) || b >= a;
      const middle = plusFirst ? a + b : a - b;
      const c = plusFirst ? random.int(1, Math.min(9, middle)) : random.int(1, 9);
      const [first, second] = plusFirst ? ['+', '-'] : ['-', '+'];
      const steps: Sum[] = [
        [a, plusFirst ? 'plus' : 'minus', b],
        [null, plusFirst ? 'minus' : 'plus', c],
      ];
      if (!hard) return expression(random, `${a}${first}${b}${second}${c}`, steps);
      const d = random.int(2, 9);
      return expression(random, `${a}${first}${b}${second}${c}+${d}`, [...steps, [null, 'plus', d]]);
    },
  },
  {
    name: 'missing',
    weight: 1,
    draw: (random, hard) => {
      const a = random.int(2, 9);
      const total = a + (hard ? random.int(10, 25) : random.int(1, 9));
      const printed = random.chance(0.5) ? `${a}+?=${total}` : `?+${a}=${total}`;
      return number('what is the missing number ?', printExpression(random, printed), [
        { kind: 'read', key: 'expression', value: spellExpression([printed]) }, // its numbers: the known part, then the total
        {
          kind: 'compute',
          operation: 'minus',
          a: { step: 0, part: 1 },
          b: { step: 0, part: 0 },
          value: String(total - a),
        },
        { kind: 'conclude', of: [{ step: 1 }], join: 'same', value: String(total - a) },
      ]);
    },
  },
  {
    name: 'perimeter',
    weight: 1,
    draw: (random, hard) => {
      const figure = drawRectangle(random, hard ? 9 : 7);
      const [a, b] = sidesOf(figure);
      const half = a.length + b.length;
      return number('what is the perimeter of the rectangle ?', figure, [
        readSide(a),
        readSide(b),
        { kind: 'compute', operation: 'plus', a: { step: 0 }, b: { step: 1 }, value: String(half) },
        { kind: 'compute', operation: 'times', a: { constant: '2' }, b: { step: 2 }, value: String(2 * half) },
        { kind: 'conclude', of: [{ step: 3 }], join: 'same', value: String(2 * half) },
      ]);
    },
  },
  {
    name: 'area',
    weight: 1,
    draw: (random, hard) => {
      const figure = drawRectangle(random, hard ? 9 : 6);
      const [a, b] = sidesOf(figure);
      const area = a.length * b.length;
      return number('what is the area of the rectangle ?', figure, [
        readSide(a),
        readSide(b),
        { kind: 'compute', operation: 'times', a: { step: 0 }, b: { step: 1 }, value: String(area) },
        { kind: 'conclude', of: [{ step: 2 }], join: 'same', value: String(area) },
      ]);
    },
  },
  {
    name: 'triangle',
    weight: 0.8,
    draw: (random, hard) => {
      const figure = drawTriangle(random, hard);
      const [a, b, c] = [...sidesOf(figure), entryAt(figure.sides, 2, 'side')] as const;
      const pair = a.length + b.length;
      return number('what is the perimeter of the triangle ?', figure, [
        readSide(a),
        readSide(b),
        readSide(c),
        { kind: 'compute', operation: 'plus', a: { step: 0 }, b: { step: 1 }, value: String(pair) },
        { kind: 'compute', operation: 'plus', a: { step: 3 }, b: { step: 2 }, value: String(pair + c.length) },
        { kind: 'conclude', of: [{ step: 4 }], join: 'same', value: String(pair + c.length) },
      ]);
    },
  },
];

/** One operation of an expression; null stands for the result so far. */
type Sum = readonly [number | null, Operation, number];

function number(text: string, picture: Picture, program: readonly Step[]): Draft {
  return { text, answerType: 'numeric', picture, program, options: null };
}

/** A printed expression worked out from left to right. */
function expression(random: Random, printed: string, sums: readonly Sum[]): Draft {
  const program: Step[] = [{ kind: 'read', key: 'expression', value: spellExpression([printed]) }];
  let total = present(firstOf(sums, 'sum')[0], 'first number');
  sums.forEach(([, operation, b], at) => {
    total = operation === 'plus' ? total + b : operation === 'minus' ? total - b : total * b;
    const a: Ref = at === 0 ? { step: 0, part: 0 } : { step: at };
    program.push({ kind: 'compute', operation, a, b: { step: 0, part: at + 1 }, value: String(total) });
  });
  program.push({ kind: 'conclude', of: [{ step: sums.length }], join: 'same', value: String(total) });
  return number('what is the result ?', printExpression(random, printed), program);
}

/** Up to four characters a row, broken before a sign where it does not fit one row, from a random row. */
function printExpression(random: Random, printed: string): Picture {
  const rows: string[] = [''];
  for (const token of printed.match(/[-+x=]?(\d+|\?)/g) ?? []) {
    const row = rows.at(-1) ?? '';
    if (row.length + token.length > GRID) rows.push(token);
    else rows.splice(-1, 1, row + token);
  }
  return { kind: 'expression', top: random.int(0, GRID - rows.length), rows };
}

function readSide(side: { readonly side: string; readonly length: number }): Step {
  return { kind: 'read', key: `${side.side} side`, value: String(side.length) };
}

/** The first two sides of a figure: those of a rectangle that differ. */
function sidesOf({ sides }: Figure): [Figure['sides'][number], Figure['sides'][number]] {
  return [entryAt(sides, 0, 'side'), entryAt(sides, 1, 'side')];
}

/** A rectangle over two rows and two or three columns, its top and left (or right) side printed. */
function drawRectangle(random: Random, longest: number): Figure {
  const columns = random.int(2, 3);
  const row = random.int(1, GRID - 2);
  const left = random.chance(0.5) || columns === 3;
  const column = left ? 1 : random.int(0, 1);
  const sides = [
    { side: 'top' as const, row: row - 1, column: column + random.int(0, columns - 1), length: random.int(2, longest) },
    left
      ? { side: 'left' as const, row: row + random.int(0, 1), column: 0, length: random.int(2, longest) }
      : {
          side: 'right' as const,
          row: row + random.int(0, 1),
          column: column + columns,
          length: random.int(2, longest),
        },
  ];
  return { kind: 'figure', figure: 'rectangle', row, column, rows: 2, columns, sides };
}

function drawTriangle(random: Random, hard: boolean): Figure {
  const row = random.int(0, 1);
  const low = hard ? 5 : 2;
  const length = (): number => random.int(low, hard ? 9 : 7);
  return {
    kind: 'figure',
    figure: 'triangle',
    row,
    column: 1,
    rows: 2,
    columns: 2,
    sides: [
      { side: 'left', row: row + random.int(0, 1), column: 0, length: length() },
      { side: 'right', row: row + random.int(0, 1), column: 3, length: length() },
      { side: 'bottom', row: row + 2, column: random.int(1, 2), length: length() },
    ],
  };
}
