import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SophiaError } from '../../../src/shared/errors.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';

/** A study file's text is refused with exactly this line after the file's name. */
function refused(text: string, line: string): void {
  assert.throws(
    () => parseStudy(text, 'my.yaml'),
    (error: unknown) => {
      assert.ok(error instanceof SophiaError && error.code === 'usage', String(error));
      assert.equal(error.message, `my.yaml: ${line}`);
      return true;
    },
  );
}

describe('a study file with a fault is refused in one line that names field and fix', () => {
  for (const [fault, text, line] of [
    ['an unknown field', 'name: a\nvariant: [grpo]', 'unknown field "variant". Did you mean "variants"?'],
    ['no name', 'variants: [grpo]', 'name is missing.'],
    ['an empty file', '', 'name is missing.'],
    [
      'no list of fields',
      '- 1',
      'not a study: it needs fields such as name, description, settings, variants, seeds, baseline, factors, contrasts, thresholds.',
    ],
    ['no seeds', 'name: a\nseeds: []', 'seeds is empty.'],
    ['a seed that is no number', 'name: a\nseeds: [x]', 'seeds.0 = "x": expected a whole number from 0 to 4294967295.'],
    ['an unknown variant', 'name: a\nvariants: [wo-trus]', 'unknown variant "wo-trus". Did you mean "wo-trust"?'],
    [
      'a variant that is a word',
      'name: a\nvariants: [grpo, {best: oracle}]',
      'variant best is "oracle", where settings are expected. Such as {base: full, reward: {alpha: 0.5}}.',
    ],
    ['a variant twice', 'name: a\nvariants: [grpo, grpo]', 'variant "grpo" is listed twice. Give each its own name.'],
    [
      'a foreign baseline',
      'name: a\nvariants: [grpo]\nbaseline: full',
      'baseline: unknown variant "full". Known: grpo.',
    ],
    [
      'an unknown setting',
      'name: a\nsettings: { training: { learningRat: 1 } }',
      'variant grpo: Unknown setting "training.learningRat". Did you mean "training.learningRate"?',
    ],
    [
      'a value out of range',
      'name: a\nsettings: { reward: { alpha: -3 } }',
      'variant grpo: reward.alpha = -3 is not allowed: a number from 0 to 10.',
    ],
    [
      'groups that the batch cannot be divided into',
      'name: a\nsettings: { training: { questionsPerStep: 8, gradientAccumulationSteps: 3 } }',
      'variant grpo: training.gradientAccumulationSteps = 3 does not divide training.questionsPerStep = 8 (groups of 8 must stay whole). Choose a divisor.',
    ],
    [
      'aliases that unfold without end',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)
        .join('\n')}\nname: bomb`,
      'not valid YAML: its aliases (*name) unfold without end. Write the values out.',
    ],
    [
      'broken YAML',
      'name: [a\nseeds: 1',
      'not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1.',
    ],
  ] as const)
    test(fault, () => refused(text, line));
});
