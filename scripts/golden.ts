/**
 * Checks a folder of golden cases (default: test/golden) against rewards/, trust/ and loss/, prints one line per file and exits 1
 * when a case fails, 2 when the folder cannot be used. Usage: npm run golden -- FOLDER
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { exitCodeOf, SophiaError } from '../src/shared/errors.ts';
import { CHECKS, type GoldenFile, isGoldenFile } from './golden-checks.ts';

/** Most failures of one file that are spelled out. */
const SHOWN_FAILURES = 5;

/** What became of one file. */
interface FileResult {
  readonly cases: number;
  readonly failures: readonly string[];
  readonly largest: number;
  readonly note: string;
}

async function main(folder: string): Promise<number> {
  let failed = false;
  for (const name of goldenFiles(folder)) {
    const { cases, failures, largest, note } = await checkFile(path.join(folder, name), name);
    console.log(
      `${name}: ${cases} cases, ${failures.length} failures, largest difference ${format(largest)}${note && ` (${note})`}`,
    );
    for (const failure of failures.slice(0, SHOWN_FAILURES)) console.error(`  ${failure}`);
    if (failures.length > SHOWN_FAILURES) console.error(`  and ${failures.length - SHOWN_FAILURES} more`);
    failed ||= failures.length > 0;
  }
  return failed ? 1 : 0;
}

function goldenFiles(folder: string): GoldenFile[] {
  if (!existsSync(folder)) throw new SophiaError('usage', `Golden folder ${folder} does not exist.`);
  if (!statSync(folder).isDirectory())
    throw new SophiaError('usage', `Golden folder ${folder} is a file, not a folder.`);
  const files = readdirSync(folder).filter(isGoldenFile).sort();
  if (files.length > 0) return files;
  throw new SophiaError('usage', `${folder} holds none of ${Object.keys(CHECKS).join(', ')}.`);
}

async function checkFile(file: string, name: GoldenFile): Promise<FileResult> {
  const { prepare, tolerance } = CHECKS[name];
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const failures: string[] = [];
  let cases = 0;
  let largest = 0;
  const checker = await prepare();
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    cases++;
    try {
      const { difference, what } = await checker.check(parseCase(line));
      if (!(difference <= largest)) largest = difference;
      if (!(difference <= tolerance)) failures.push(`line ${at + 1}: ${what} differs by ${format(difference)}`);
    } catch (error) {
      failures.push(`line ${at + 1}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return { cases, failures, largest, note: checker.note };
}

function parseCase(line: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SophiaError('data', 'not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SophiaError('data', 'not a JSON object.');
  }
  return value;
}

function format(difference: number): string {
  return difference === 0 || !Number.isFinite(difference) ? String(difference) : difference.toExponential(1);
}

try {
  const folders = process.argv.slice(2);
  if (folders.length > 1) throw new SophiaError('usage', 'One folder at a time: npm run golden -- FOLDER');
  process.exitCode = await main(folders[0] ?? path.join(import.meta.dirname, '..', 'test', 'golden'));
} catch (error) {
  console.error(error instanceof SophiaError ? error.message : error);
  process.exitCode = exitCodeOf(error);
}
