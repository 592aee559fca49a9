/** Which shapes `slopes.ts` measures: series of points that differ in layers, tower blocks, tokens and pictures, and the whole models told by them. */

/** One measurement: a checkpoint's shape and what a step does with it. */
export interface Point {
  readonly width: '3b' | '7b';
  readonly dtype: 'auto' | 'float32'; // of frozen weights; auto: bfloat16, as stored
  readonly trained: 'lora' | 'all'; // LoRA 16, or all weights, the tower's too
  readonly layers: number;
  readonly depth: number; // blocks of the tower
  readonly vocabulary: number;
  readonly picture: readonly [width: number, height: number] | null;
  readonly questions: number; // groups in one micro-batch
  readonly generations: number; // responses per group
  readonly tokens: number; // per response
}

/** Points that share all slopes. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export const pointKey = (point: Point): string => {
  const { width, dtype, trained, layers, depth, vocabulary, picture, questions, generations, tokens } = point;
  const shown = picture === null ? 'text' : picture.join('x');
  return [
    width,
    trained,
    dtype,
    `l${layers}`,
    `d${depth}`,
    `v${vocabulary}`,
    shown,
    questions,
    generations,
    tokens,
  ].join(' ');
};

const SMALL = [640, 480] as const;
const LARGE = [1024, 768] as const;
type Changes = Partial<Point>;
const series = (name: string, base: Point, changes: readonly Changes[]): Series => ({
  name,
  points: changes.map((change) => ({ ...base, ...change })),
});

const LORA: Point = {
  width: '3b',
  dtype: 'auto',
  trained: 'lora',
  layers: 1,
  depth: 1,
  vocabulary: 65_536, // logits of 256 tokens fill a chunk, as those of the whole vocabulary do
  picture: null,
  questions: 1,
  generations: 8,
  tokens: 64,
};
const B7 = { ...LORA, width: '7b' } as const;
const WHOLE_TABLE = 151_936;

/** What is measured, most wanted first. */
export const SERIES: readonly Series[] = [
  series('3b-lora', LORA, [
    { vocabulary: WHOLE_TABLE },
    {},
    { layers: 4 },
    { tokens: 128, layers: 4 },
    { picture: SMALL, depth: 8 },
    { picture: LARGE, layers: 2 },
    { tokens: 128 },
    { tokens: 192, layers: 6 },
    { picture: SMALL, questions: 2, generations: 4, layers: 8, depth: 8 },
  ]),
  series('7b-lora', B7, [
    {},
    { layers: 4 },
    { tokens: 128, layers: 3 },
    { picture: SMALL, depth: 8 },
    { picture: LARGE, layers: 2 },
    { tokens: 128 },
    { vocabulary: 98_304, layers: 2 },
    { tokens: 192, layers: 4 },
  ]),
  series('3b-all', { ...LORA, trained: 'all', vocabulary: 16_384 }, [
    { vocabulary: 65_536 },
    {},
    { layers: 2 },
    { picture: SMALL, depth: 2 },
    { tokens: 128 },
  ]),
  series('3b-lora-float32', { ...LORA, dtype: 'float32' }, [
    {},
    { layers: 4 },
    { picture: SMALL, depth: 8 },
    { tokens: 128, layers: 3 },
  ]),
  series('3b-long', LORA, [
    { tokens: 192, layers: 9 },
    { tokens: 192 },
    { tokens: 512, layers: 2 },
    { tokens: 512, layers: 6 },
  ]),
];

/** A whole model to tell of. */
interface Whole {
  readonly title: string;
  readonly step: string;
  readonly point: Point;
  readonly measuredGiB?: string; // where one such step was measured
}

const PICTURES = [
  ['a picture of 640x480', SMALL],
  ['1,003,520 pixels', [1008, 1008]],
  ['4,194,304 pixels', [2048, 2048]],
] as const;
const RELEASED = { questions: 1, generations: 8, tokens: 1024 } as const;
const B3_WHOLE = { ...LORA, layers: 36, depth: 32, vocabulary: WHOLE_TABLE } as const;
const B7_WHOLE = { ...B7, layers: 28, depth: 32, vocabulary: 152_064 } as const;
const wholes = (title: string, base: Point): Whole[] =>
  PICTURES.map(([step, picture]) => ({
    series,
    title,
    step: `8 x 1,024, ${step}`,
    point: { ...base, ...RELEASED, picture },
  }));

/** Whole models: the one step that was measured, and steps of 8 responses of 1,024 tokens, as the released configuration has them. */
export const WHOLES: readonly Whole[] = [
  {
    title: '3B, LoRA 16',
    step: '4 x 32, a picture of 640x480',
    point: { ...B3_WHOLE, picture: SMALL, generations: 4, tokens: 32 },
    measuredGiB: '11.6',
  },
  ...wholes('3B, LoRA 16', B3_WHOLE),
  ...wholes('3B, LoRA 16, float32', { ...B3_WHOLE, dtype: 'float32' }),
  ...wholes('7B, LoRA 16', B7_WHOLE),
  ...wholes('3B, all weights', { ...B3_WHOLE, trained: 'all' }),
  ...wholes('7B, all weights', { ...B7_WHOLE, trained: 'all' }),
];
