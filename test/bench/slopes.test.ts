import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pointKey, SERIES } from '../../bench/real/slopes/plan.ts';
import { leastSquares, millions, REGRESSORS, slopesReport } from '../../bench/real/slopes/report.ts';

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
    const slopes = [700, 2, 4, 16, 0.5, 0.25, 0.02, 0.03];
    const known = new Map(
      SERIES.flatMap(({ points }) =>
        points.map((point): [string, number] => [
          pointKey(point),
          REGRESSORS.reduce((sum, { of }, i) => sum + of(point) * slopes[i]!, 0),
        ]),
      ),
    );
    const report = slopesReport(known);
    for (const [i, { name }] of REGRESSORS.entries())
      assert.match(report, new RegExp(`\\| ${name} \\| ${slopes[i]}[.0]* \\|`));
    assert.match(report, /\| 3B, LoRA 16 \| 4 x 32, a picture of 640x480 \| 8\.6 \| 8\.6 - 8\.6 \| 11\.6 \|/);
    assert.match(slopesReport(new Map([...known].slice(0, 3))), /^3 points measured, too few for \d slopes\.$/);
  });
});
