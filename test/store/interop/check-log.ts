/** Holds a log against what it must be read as. */
import assert from 'node:assert/strict';
import { readLog } from '../../../src/main/store/interop/log/read-log.ts';
import type { LogFormat } from '../../../src/shared/run/log-formats.ts';
import { temporaryFile } from '../helpers.ts';

/** What a log is read as, and what is told about it. */
export function checkLog(
  text: string,
  format: LogFormat,
  wanted: Record<string, [number, number | null][]>,
  told: RegExp[] = [],
) {
  const { metrics, problems } = readLog(temporaryFile(text), format);
  assert.deepEqual(Object.fromEntries([...metrics].map(([name, points]) => [name, [...points]])), wanted);
  assert.equal(problems.length, told.length, problems.join('\n'));
  for (const [i, one] of told.entries()) assert.match(problems[i]!, one);
}
