/** How far the logits of two files of `model logits` are apart: `node compare-logits.ts A B`. Fails beyond 1e-3 of the largest. */
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { present } from '../../src/shared/values/list.ts';

const [a, b] = process.argv
  .slice(2)
  .map((file) => present(readSafetensors(file).entries.get('logits'), `logits in ${file}`).data());
if (a === undefined || b === undefined || a.length !== b.length)
  throw new Error('Usage: compare-logits.ts A B, two files of equal inputs.');
let [furthest, largest] = [0, 0];
for (let i = 0; i < a.length; i++) {
  furthest = Math.max(furthest, Math.abs(a[i]! - b[i]!));
  largest = Math.max(largest, Math.abs(a[i]!));
}
console.log(`logits: ${furthest.toExponential(1)} apart at most, the largest is ${largest.toFixed(2)}`);
process.exitCode = furthest <= 1e-3 * largest ? 0 : 1;
