/**
 * Writes src/main/tasks/benchmark-hashes.json from what the generators make now. Run it only when a change of the questions is
 * meant: figures measured before are then figures on other questions. `node scripts/benchmark-hashes.ts`
 */
import { writeFileSync } from 'node:fs';
import { benchmarkHash, benchmarks } from '../src/main/tasks/benchmarks.ts';

const hashes = Object.fromEntries(benchmarks.map(({ name }) => [name, benchmarkHash(name)]));
writeFileSync(
  new URL('../src/main/tasks/benchmark-hashes.json', import.meta.url),
  `${JSON.stringify(hashes, null, 2)}\n`,
);
