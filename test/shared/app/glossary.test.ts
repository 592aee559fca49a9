/** The glossary has every symbol that settings and docs/method.md have, once each, and leads to places that are there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGES } from '../../../src/shared/app/actions.ts';
import { entries, glossaryOfMetric, glossaryOfSymbol, glossaryWords } from '../../../src/shared/app/glossary.ts';
import { GLOSSARY } from '../../../src/shared/app/glossary-entries.ts';
import { METRICS } from '../../../src/shared/run/metrics.ts';
import { settingLeaves } from '../../../src/shared/settings/setting-paths.ts';

test('every symbol of a setting has an entry', () => {
  for (const { path, symbol } of settingLeaves())
    if (symbol !== undefined) assert.notEqual(glossaryOfSymbol(symbol), undefined, `${path}: ${symbol}`);
});

test('docs/method.md lists the same symbols, with the same words where they have a formula of their own', () => {
  const text = readFileSync(new URL('../../../docs/method.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('## Symbols'), text.indexOf('## Outcome rewards'));
  const listed = [...table.matchAll(/^\| (\S+) \| /gm)]
    .map(([, symbol]) => symbol!)
    .filter((word) => /\w/.test(word) && word !== 'Symbol');
  assert.ok(listed.length >= 13, listed.join());
  for (const symbol of listed) assert.ok(symbol in GLOSSARY, symbol);
});

test('its curves and pages are there', () => {
  const pages = new Set<string>(PAGES.map(({ path }) => path));
  for (const [name, { metrics = [], where }] of entries()) {
    for (const metric of metrics) {
      assert.ok(metric in METRICS, `${name}: ${metric}`);
      assert.equal(glossaryOfMetric(metric), name, 'a curve shows one symbol');
    }
    assert.ok(where.length > 0, name);
    for (const { path } of where) assert.ok(pages.has(path[0]!), `${name}: ${path.join('/')}`);
  }
});

test('a symbol is found by its name, its sign and what people call it', () => {
  for (const [word, name] of [
    ['gamma', 'gamma'],
    ['γ', 'gamma'],
    ['trust', 'gamma'],
    ['annealing', 'decay'],
    ['advantage', 'A'],
    ['G_wrong', 'G_correct'],
  ] as const)
    assert.match(glossaryWords(name), new RegExp(word), word);
});
