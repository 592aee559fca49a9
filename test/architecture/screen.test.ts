/** The step that everyone reads stays a screen: short, in the paper's order, without a case for any one source of thinking rewards. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const source = readFileSync(join(import.meta.dirname, '../../src/main/train/grpo-step.ts'), 'utf8');

it('grpoStep is under 80 lines, shows the four lines of formula, and knows no source by name', () => {
  const [body = ''] = /^export async function grpoStep[\s\S]*?^}/m.exec(source) ?? [];
  assert.ok(body.split('\n').length < 80, `${body.split('\n').length} lines`);
  const places = ['G_correct', 'gamma      =', 'R_i        =', 'A_i        ='].map((line) => body.indexOf(line));
  assert.ok(
    places.every((place, i) => place > (places[i - 1] ?? 0)),
    `${places}`,
  );
  assert.doesNotMatch(body, /\.name\b|isOff|'none'/);
});
