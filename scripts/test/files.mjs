/** Runs the test files with Node's own test runner, each in a process of its own, two at a time, and reports file by file. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { root } from '../setup/paths.mjs';

/** A file that takes longer hangs. */
const FILE_TIMEOUT_MS = 10 * 60 * 1000;

/** Runs the files of test/ whose path contains `pattern` (all without one) and calls `report` as each ends. */
export async function runFiles(pattern, report) {
  const files = readdirSync(path.join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !name.split(path.sep).some((folder) => folder.startsWith('.')))
    .map((name) => path.join('test', name))
    .filter((name) => pattern === undefined || name.includes(pattern))
    .sort();
  if (files.length === 0) return;
  // Two files at a time with one TensorFlow thread each: they do not fight over cores, and sums do not depend on the machine.
  process.env.TF_NUM_INTRAOP_THREADS = '1';
  process.chdir(root);
  const seen = new Map();
  const of = (file) => {
    const name = path.relative(root, path.resolve(file ?? ''));
    if (!seen.has(name)) seen.set(name, { file: name, failures: [], reasons: new Set(), output: '' });
    return seen.get(name);
  };
  const stream = run({
    files: files.map((name) => path.join(root, name)),
    concurrency: 2,
    isolation: 'process',
    timeout: FILE_TIMEOUT_MS,
  });
  stream.on('test:fail', ({ name, details, file, todo, skip }) => {
    const failsThroughChild = details.error?.failureType === 'subtestsFailed';
    if (!failsThroughChild && todo === undefined && skip === undefined)
      of(file).failures.push(`${name}\n${reason(details.error)}`);
  });
  stream.on('test:pass', ({ file, skip }) => {
    if (typeof skip === 'string') of(file).reasons.add(skip);
  });
  for (const event of ['test:stdout', 'test:stderr']) {
    stream.on(event, ({ file, message }) => {
      of(file).output += message;
    });
  }
  stream.on('test:summary', ({ file, counts, duration_ms: ms }) => {
    if (file === undefined) return;
    const entry = of(file);
    const { passed, cancelled, skipped } = counts;
    // A file that dies before its first test has no counts, only a failure.
    const failed = Math.max(counts.failed + cancelled, entry.failures.length > 0 ? 1 : 0);
    entry.reported = true;
    report({ ...entry, ms, counts: { passed, failed, skipped } });
  });
  for await (const _ of stream);
  for (const entry of seen.values()) {
    if (entry.reported || entry.failures.length === 0) continue;
    report({ ...entry, ms: 0, counts: { passed: 0, failed: 1, skipped: 0 } });
  }
}

function reason(error) {
  const cause = error?.cause ?? error;
  const text = String(cause?.stack ?? cause?.message ?? cause);
  return text.replace(/\n +at .*\(?node:internal.*/g, '');
}
