/**
 * One change to something good: a bit, a stretch of bytes, a file that is gone, a value of its JSON, a line. What is changed is a set of files
 * by name; a single file has the name ''. fast-check draws mutations and makes one that fails smaller.
 */
import fc from 'fast-check';

/** Files by name. */
export type Files = Readonly<Record<string, Buffer>>;

/** Values that others have used to do harm, or that no writer of ours writes. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, '', 'x', '../../etc/passwd', '/etc/passwd', '..\\..\\x', 'C:\\x', 'file:///etc/passwd', '__proto__'],
  ...['constructor', '\u0000', '\u001b[2J', '\u202e', '\ud800', '9'.repeat(400), 'a'.repeat(70_000), '{"a":1}', 'NaN'],
  ...[-1, 0.5, 0, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, 1e12 + 1, -0],
  ...[[], {}, [[]], [null], { a: {} }, { __proto__: null, toString: 1 }, Array(2000).fill(0), nested(2000)],
];

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const file = fc.nat(1000);
/** The ways to change something. `at`: where, as a share of what there is. */
export const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), file, at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), file, at: place }),
  fc.record({ kind: fc.constant('remove' as const), file, at: place, length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('repeat' as const), file, at: place, length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    file,
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('overwrite' as const),
    file,
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('lose' as const), file }),
  fc.record({
    kind: fc.constant('add' as const),
    name: fc.constantFrom('x', 'runs/7/x', 'rows/x.jsonl', 'datasets/x/y'),
    at: place,
  }),
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('value' as const), file, at: place, hostile: fc.nat(HOSTILE.length - 1) }),
  },
  fc.record({ kind: fc.constant('drop' as const), file, at: place }),
  fc.record({
    kind: fc.constant('lines' as const),
    file,
    at: place,
    to: place,
    how: fc.constantFrom('twice', 'gone', 'moved'),
  }),
);
/** One change. */
export type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

/** The files with one change made; the same files where it changes nothing (a value of a file that holds none). */
export function mutated(files: Files, change: Mutation): Files {
  const names = Object.keys(files).sort();
  if (change.kind === 'add') return { ...files, [change.name]: Buffer.from('x') };
  const name = names[change.file % names.length]!;
  const before = files[name]!;
  if (change.kind === 'lose') {
    const { [name]: _gone, ...rest } = files;
    return name === '' ? { '': Buffer.alloc(0) } : rest;
  }
  return { ...files, [name]: bytesAfter(before, change) };
}

function bytesAfter(before: Buffer, change: Exclude<Mutation, { kind: 'lose' | 'add' }>): Buffer {
  const at = Math.floor(change.at * before.length);
  const [head, tail] = [before.subarray(0, at), before.subarray(at)];
  switch (change.kind) {
    case 'flip': {
      const after = Buffer.from(before);
      if (after.length > 0) after[at]! ^= 1 << change.bit;
      return after;
    }
    case 'cut':
      return Buffer.from(head);
    case 'remove':
      return Buffer.concat([head, tail.subarray(change.length)]);
    case 'repeat':
      return Buffer.concat([head, tail.subarray(0, change.length), tail]);
    case 'insert':
      return Buffer.concat([head, change.bytes, tail]);
    case 'overwrite':
      return Buffer.concat([head, change.bytes, tail.subarray(change.bytes.length)]);
    case 'value':
      return inJson(before, change.at, (parent, key) => {
        parent[key] = HOSTILE[change.hostile];
      });
    case 'drop':
      return inJson(before, change.at, (parent, key) => {
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
      });
    case 'lines': {
      const lines = before.toString('latin1').split('\n');
      const from = Math.floor(change.at * lines.length);
      const [line = ''] = change.how === 'twice' ? [lines[from]] : lines.splice(from, 1);
      if (change.how !== 'gone') lines.splice(Math.floor(change.to * lines.length), 0, line);
      return Buffer.from(lines.join('\n'), 'latin1');
    }
  }
}

type Parent = Record<string, unknown>;

/** Changes a value somewhere in a JSON text, or in a line of one where each line is JSON; JSON within texts of it counts too. */
function inJson(before: Buffer, at: number, change: (parent: Parent, key: string) => void): Buffer {
  const text = before.toString('utf8');
  const whole = parsed(text);
  if (whole !== undefined) return Buffer.from(JSON.stringify(changed(whole, at, change)));
  const lines = text.split('\n');
  const which = Math.floor(at * lines.length);
  const line = parsed(lines[which] ?? '');
  if (line === undefined) return before;
  lines[which] = JSON.stringify(changed(line, at * lines.length - which, change));
  return Buffer.from(lines.join('\n'));
}

function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function changed(root: object, at: number, change: (parent: Parent, key: string) => void): unknown {
  const places: [Parent, string][] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Parent, key]);
      look((value as Parent)[key]);
    }
  };
  look(root);
  const found = places[Math.floor(at * places.length)];
  if (found === undefined) return root;
  const [parent, key] = found;
  const inner = typeof parent[key] === 'string' ? parsed(parent[key]) : undefined;
  // Half of the times the JSON within a text, which rows of an archive hold, and half the text itself.
  if (inner !== undefined && (at * places.length) % 1 < 0.5)
    parent[key] = JSON.stringify(changed(inner, ((at * places.length) % 0.5) * 2, change));
  else change(parent, key);
  return root;
}
