/**
 * Compares this model with transformers on a fixture folder (default: test/fixtures/qwen25vl-a), on every backend there is, and prints
 * the largest difference of every quantity; exit code 1 when one is above its tolerance.
 * Usage: npm run parity -- [FOLDER...] [--backend tensorflow|wasm] [--transformers PYTHON]
 * --transformers also saves the checkpoint in our own form, lets transformers load it and compares its logits with the fixture's.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { useBackend, whyNoTensorflow } from '../src/main/tensor/backend.ts';
import { exitCodeOf, SophiaError } from '../src/shared/errors.ts';
import { readFixture } from './parity/fixture.ts';
import { checkNetwork } from './parity/network-checks.ts';
import { checkPlain } from './parity/plain-checks.ts';
import { Tally } from './parity/tally.ts';
import { checkTransformers } from './parity/transformers-check.ts';

const DEFAULT_FOLDER = path.join(import.meta.dirname, '..', 'test', 'fixtures', 'qwen25vl-a');
const BACKENDS = ['tensorflow', 'wasm'] as const;

try {
  process.exitCode = (await main()) ? 1 : 0;
} catch (error) {
  console.error(error instanceof SophiaError ? error.message : error);
  process.exitCode = exitCodeOf(error);
}

/** Returns whether a check failed. */
async function main(): Promise<boolean> {
  const { folders, backends, python } = options();
  let failed = false;
  for (const folder of folders) {
    const fixture = readFixture(folder);
    const report = (title: string, tally: Tally) => {
      tally.print(`${path.basename(path.resolve(folder))}, ${title}:`);
      failed ||= tally.failures.length > 0;
    };
    const plain = new Tally();
    checkPlain(fixture, plain);
    report('without a backend', plain);
    for (const backend of backends) {
      const { name, version, device } = await useBackend(backend);
      const tally = new Tally();
      checkNetwork(fixture, tally);
      report(`${name} ${version} on ${device}`, tally);
    }
    if (python === undefined) continue;
    const tally = new Tally();
    checkTransformers(fixture, python, tally);
    report('transformers on our checkpoint', tally);
  }
  console.log(failed ? 'parity: FAILED' : 'parity: ok');
  return failed;
}

function options() {
  const { values, positionals } = parse();
  const asked = BACKENDS.find((name) => name === values.backend);
  if (values.backend !== undefined && asked === undefined)
    throw new SophiaError('usage', `--backend is "${values.backend}", not one of ${BACKENDS.join(', ')}.`);
  const missing = whyNoTensorflow();
  if (asked === undefined && missing) console.log(`tensorflow is left out: ${missing}`);
  const backends = asked ? [asked] : BACKENDS.filter((name) => name !== 'tensorflow' || !missing);
  return { folders: positionals.length === 0 ? [DEFAULT_FOLDER] : positionals, backends, python: values.transformers };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { backend: { type: 'string' }, transformers: { type: 'string' } },
    });
  } catch (error) {
    throw new SophiaError('usage', (error as Error).message);
  }
}
