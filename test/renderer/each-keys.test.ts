/**
 * What a list is keyed by. A list whose key comes twice takes the whole page down, so keys are ids, names that are unique by their table, or
 * places; never a text that people, files or models write.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'svelte/compiler';
import { filesIn, textOf } from '../setup/source-files.ts';

/** Last words of keys that are texts for people. */
const TEXTS = new Set(['title', 'label', 'text', 'note', 'line', 'message', 'warning', 'reason', 'description', 'tag']);
/** Lists whose texts stand in the source, each once. */
const FIXED = new Set([
  'src/renderer/ui/curves/MetricSections.svelte: section.title',
  'src/renderer/pages/studies/TagFilter.svelte: tag',
]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodes(one);
  else if (typeof value === 'object' && value !== null) {
    if (typeof (value as Node).type === 'string') yield value as Node;
    for (const inner of Object.values(value)) yield* nodes(inner);
  }
}

/** Keys of a component's lists, as they are written. */
function keysOf(source: string): string[] {
  return [...nodes(parse(source, { modern: true }).fragment)]
    .filter((node) => node.type === 'EachBlock')
    .map((node) => (node.key == null ? '' : source.slice((node.key as Node).start, (node.key as Node).end)));
}

test('every list of the page has a key, and none is a text that may come twice', () => {
  const found = filesIn(['src/renderer'], ['.svelte']).flatMap((file) =>
    keysOf(textOf(file)).map((key) => ({ file, key })),
  );
  assert.ok(found.length > 120);
  const wrong = found.filter(
    ({ key }) => key === '' || key.startsWith('`') || key.includes(' + ') || TEXTS.has(key.split('.').at(-1)!),
  );
  assert.deepEqual(
    wrong.map(({ file, key }) => `${file}: ${key}`).filter((one) => !FIXED.has(one)),
    [],
  );
});

test('such a key is found', () => {
  assert.deepEqual(keysOf('{#each a as b (b.title)}<p>{b}</p>{/each}{#each a as b}<p></p>{/each}'), ['b.title', '']);
});
