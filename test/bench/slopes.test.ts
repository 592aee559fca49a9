import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pointKey, SERIES } from '../../bench/real/slopes/plan.ts';
import { leastSquares, millions, slopesReport } from '../../bench/real/slopes/report.ts';

const near = (got: number, wanted: number, digits = 6) =>
  assert.ok(Math.abs(got - wanted) <= Math.abs(wanted) * 10 ** -digits, `${got}, not ${wanted}`);

describe('memory by slopes', () => {
  // numpy: b = solve(X'X, X'y), s^2 = r'r / (n - p), interval 3.182 s sqrt(1 + x' inv(X'X) x)
  test('coefficients, their errors and the interval of a new point are those of least squares', () => {
    const rows = [
      [1, 1, 10],
      [1, 2, 10],
      [1, 3, 40],
      [1, 4, 20],
      [1, 5, 70],
      [1, 6, 30],
    ];
    const fit = leastSquares(rows, [13.1, 14.9, 23.2, 21.0, 37.8, 27.1]);
    for (const [i, wanted] of [8.05699301, 1.77727273, 0.28575175].entries()) near(fit.coefficients[i]!, wanted);
    for (const [i, wanted] of [1.04724414, 0.33727669, 0.02767061].entries()) near(fit.errors[i]!, wanted);
    near(fit.residual, 1.1186202165217591);
    const { value, half } = fit.at([1, 36, 200]);
    near(value, 129.1891608391609);
    near(half, 28.61887903498339);
  });

  test('more slopes than points, and points that tell nothing apart, are refused', () => {
    assert.throws(() => leastSquares([[1, 2]], [3]), /too few for 2 slopes/);
    const same = [1, 2, 3].map((value) => [1, 1, value]);
    assert.throws(() => leastSquares([...same, [1, 1, 4]], [1, 2, 3, 4]), /do not tell the slopes apart/);
  });

  test('whole models have the numbers of the released ones', () => {
    const base = { ...SERIES[0]!.points[0]!, depth: 32 };
    near(millions({ ...base, width: '3b', layers: 36, vocabulary: 151_936 }), 3755, 2);
    near(millions({ ...base, width: '7b', layers: 28, vocabulary: 152_064 }), 8292, 2);
  });

  test('points made of slopes give these slopes back', () => {
    const known = new Map(
      SERIES.flatMap(({ points }) =>
        points.map((point): [string, number] => {
          const picture = point.picture?.reduce((product, side) => product * Math.round(side / 28), 1) ?? 0;
          const [responses, prompt] = [point.generations * point.tokens, 48 + picture].map((n) => n * point.questions);
          const [inner, kept, table] = point.width === '3b' ? [1, 1, 2048] : [18_944 / 11_008, 4608 / 2560, 2 * 3584];
          const tables = (table * point.vocabulary) / 1e6;
          const numbers =
            point.trained === 'all'
              ? 20 * (millions(point) - tables) + 36 * tables
              : (point.dtype === 'auto' ? 2 : 4) * millions(point);
          const decoder = millions(point) - millions({ ...point, layers: 0, vocabulary: 0 });
          const lengths = { 64: 4, 128: 5, 192: 6, 512: 7 }[point.tokens]!;
          const graphs = point.trained === 'lora' && point.dtype === 'auto' ? 0.05 * decoder * lengths : 0;
          const tokens =
            inner * (0.5 * responses! + 0.25 * prompt!) + 0.02 * kept * (responses! + prompt!) * point.layers;
          return [pointKey(point), 700 + numbers + graphs + tokens];
        }),
      ),
    );
    const report = slopesReport(known);
    for (const row of [
      'bfloat16 | fixed | 700',
      'bfloat16 | per million numbers | 2.00',
      'bfloat16 | per million numbers of the decoder and length of the cache | 0.0500',
      'bfloat16 | per token of a response | 0.500',
      'bfloat16 | per token of a prompt | 0.250',
      'bfloat16 | per token and layer | 0.0200',
      'float32 | per million numbers | 4.00',
      'trained | per million numbers of layers and tower | 20.0',
      'trained | per million numbers of the table | 36.0',
    ])
      assert.ok(report.includes(`| ${row} |`), `${row}\n${report}`);
    assert.match(report, /\| 3B, LoRA 16 \| 4 x 32, a picture of 640x480 \| 9\.0 \| 9\.0 - 9\.0 \| 11\.6 \|/);
    assert.equal(slopesReport(new Map([...known].slice(0, 3))), '3 points measured, too few.');
  });
});
