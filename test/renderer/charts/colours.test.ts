/** Eight lines that every eye and a grey printer tell apart: simulated, and measured pair by pair. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  type Color,
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  parse,
  wcagContrast,
} from 'culori';
import { COLOURS, seriesColour, seriesDash } from '../../../src/renderer/charts/colours.ts';

/** CIEDE2000; 2.3 is just seen beside each other, two thin lines apart need several times as much. */
const LEAST_SEEN = 20;
const LEAST_SEEN_BLIND = 15;
/** Of lightness L*, between lines of one dash, printed grey. */
const LEAST_GREY = 15;
const LEAST_CONTRAST = 3;

const css = readFileSync(join(import.meta.dirname, '../../../src/renderer/styles/tokens.css'), 'utf8');
const [light = '', dark = ''] = css.split(':root[data-theme="dark"]');
const colourOf = (theme: string, token: string): Color => {
  const [, value = ''] = new RegExp(`--${token}: (#[0-9a-f]{6});`).exec(theme) ?? [];
  return parse(value) ?? assert.fail(`no colour --${token}`);
};
const distance = differenceCiede2000();
const lightness = (colour: Color): number => {
  const { y } = converter('xyz65')(colour);
  return converter('lab65')({ mode: 'xyz65', x: 0.95047 * y, y, z: 1.08883 * y }).l;
};

for (const [name, theme] of [
  ['light', light],
  ['dark', dark],
] as const)
  describe(`series colours of the ${name} theme`, () => {
    const colours = Array.from({ length: COLOURS }, (_, i) => colourOf(theme, `series-${i}`));
    const pairs = colours.flatMap((a, i) => colours.slice(i + 1).map((b, k) => ({ a, b, i, j: i + 1 + k })));
    const sees: readonly (readonly [string, (colour: Color) => Color, number])[] = [
      ['every eye', (colour) => colour, LEAST_SEEN],
      ['deuteranopia', filterDeficiencyDeuter(1), LEAST_SEEN_BLIND],
      ['protanopia', filterDeficiencyProt(1), LEAST_SEEN_BLIND],
    ];
    for (const [eye, seen, least] of sees)
      test(`each pair is told apart by ${eye}`, () => {
        for (const { a, b, i, j } of pairs) {
          const apart = distance(seen(a), seen(b));
          assert.ok(apart >= least, `${i} and ${j}: ${apart.toFixed(1)} apart, wanted ${least}`);
        }
      });

    test('each pair is told apart in grey: by its dashes or by its lightness', () => {
      for (const { a, b, i, j } of pairs) {
        if (seriesDash(i).join() !== seriesDash(j).join()) continue;
        const apart = Math.abs(lightness(a) - lightness(b));
        assert.ok(apart >= LEAST_GREY, `${i} and ${j}, one dash: ${apart.toFixed(1)} apart in lightness`);
      }
    });

    test('each stands out from its surface', () => {
      const surface = colourOf(theme, 'surface');
      colours.forEach((colour, i) => {
        const contrast = wcagContrast(colour, surface);
        assert.ok(contrast >= LEAST_CONTRAST, `${i}: contrast ${contrast.toFixed(2)}`);
      });
    });
  });

for (const [name, theme] of [
  ['light', light],
  ['dark', dark],
] as const)
  describe(`heat maps of the ${name} theme`, () => {
    const ramp = (token: string, n: number) => Array.from({ length: n }, (_, i) => colourOf(theme, `${token}-${i}`));
    const eyes = [(colour: Color) => colour, filterDeficiencyDeuter(1), filterDeficiencyProt(1)];
    const away = (colours: readonly Color[]) =>
      colours.map((colour) => Math.abs(lightness(colour) - lightness(colourOf(theme, 'surface'))));

    test('more is further from the surface in lightness, for every eye and in grey', () => {
      for (const seen of eyes) {
        const steps = away(ramp('heat', 4).map(seen));
        for (const [i, step] of steps.entries())
          assert.ok(i === 0 ? step > 4 : step - steps[i - 1]! > 10, `${i}: ${steps}`);
      }
    });

    test('below and above 0 go apart from the middle, and are told apart by every eye', () => {
      for (const seen of eyes) {
        const [far, low, mid, high, beyond] = ramp('split', 5).map(seen);
        const steps = away([mid!, low!, far!]);
        const others = away([mid!, high!, beyond!]);
        for (const away of [steps, others])
          for (const [i, step] of away.slice(1).entries()) assert.ok(step - away[i]! > 10, `${i}: ${away}`);
        for (const [a, b] of [
          [far!, beyond!],
          [low!, high!],
        ] as const)
          assert.ok(distance(a, b) >= LEAST_SEEN_BLIND, `${distance(a, b)}`);
      }
    });
  });

test('of 29 series no two have the same colour and dash, and only the first has the first colour', () => {
  const looks = Array.from({ length: 29 }, (_, i) => `${seriesColour(i)} ${seriesDash(i).join()}`);
  assert.equal(new Set(looks).size, looks.length);
  assert.deepEqual(
    looks.slice(1).filter((look) => look.startsWith(`${seriesColour(0)} `)),
    [],
  );
});
