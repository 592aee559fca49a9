/** Rotary tables are those of the formula, whichever positions were asked for before. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TextConfig } from '../../../../src/main/model/network/decoder-config.ts';
import { rotaryTables } from '../../../../src/main/model/network/inputs/rope.ts';

const config = (ropeTheta: number, mropeSection: readonly number[]): TextConfig => ({
  vocabSize: 8,
  hiddenSize: 16,
  intermediateSize: 16,
  numHiddenLayers: 1,
  numAttentionHeads: 1,
  numKeyValueHeads: 1,
  headDim: 16,
  rmsNormEps: 1e-6,
  ropeTheta,
  mropeSection,
  maxPositionEmbeddings: 512,
  tieWordEmbeddings: true,
  eosTokenIds: [],
  bosTokenId: null,
  padTokenId: null,
});

/** One value of the tables as transformers computes it: float32 frequency times position, then cos or sin. */
function expected({ ropeTheta, mropeSection }: TextConfig, positions: readonly number[][], t: number, i: number) {
  const half = 8;
  let axis = 0;
  for (let end = mropeSection[0]!; end <= i % half; end += mropeSection[++axis]!);
  const inverse = Math.fround(ropeTheta ** ((-2 * (i % half)) / 16));
  const angle = Math.fround(positions[axis]![t]! * inverse);
  return { cos: Math.fround(Math.cos(angle)), sin: Math.fround(Math.sin(angle)) };
}

it('gives every position the turns of the formula, small positions after large ones and of another model too', () => {
  const models = [config(10_000, [2, 3, 3]), config(1_000_000, [2, 3, 3])];
  const asked = [
    [0, 1, 2],
    [700, 3, 1023],
    [1024, 0, 5],
    [2, 2, 2],
  ];
  for (const axes of asked)
    for (const model of models) {
      const positions = [axes, [...axes].reverse(), axes.map((at) => at + 1)];
      const { cos, sin } = rotaryTables(positions, model);
      assert.equal(cos.length, axes.length * 16);
      for (let t = 0; t < axes.length; t++)
        for (let i = 0; i < 16; i++)
          assert.deepEqual({ cos: cos[t * 16 + i], sin: sin[t * 16 + i] }, expected(model, positions, t, i));
    }
});

it("turns position 500 of a long context as transformers does, each frequency of Qwen2.5-VL's 3B", () => {
  // torch 2: 1.0 / (1e6 ** (torch.arange(0, 128, 2).float() / 128)) * 500.0, its sines
  const sines = [
    -0.4677717983722687, 0.7154391407966614, -0.8942636251449585, -0.7816933393478394, -0.35371842980384827,
    0.2613420784473419, -0.9659490585327148, -0.37180954217910767, 0.813052773475647, 0.5695812106132507,
    0.9285300374031067, 0.5607497096061707,
  ];
  const real = { ...config(1_000_000, [16, 24, 24]), headDim: 128, maxPositionEmbeddings: 32_768 };
  const { sin } = rotaryTables([[500], [500], [500]], real);
  for (const [i, sine] of sines.entries()) assert.ok(Math.abs(sin[i]! - sine) <= 6e-8, `frequency ${i}: ${sin[i]}`);
});
