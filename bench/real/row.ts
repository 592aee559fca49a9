/** A row of bench/gpu.sh's table: `node row.ts NAME STEPS MEMORY`, STEPS being what our-steps.ts printed. */
import { readFileSync } from 'node:fs';
import { entryAt } from '../../src/shared/values/list.ts';

const [name = '', file = '', memory = ''] = process.argv.slice(2);
const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: Record<string, number>[] };
const number = (step: number, key: string) => entryAt(steps, step, 'step')[key] ?? Number.NaN;
const last = steps.length - 1;
const cells = [
  name,
  number(0, 'seconds').toFixed(1),
  number(last, 'seconds').toFixed(2),
  (number(last, 'tokens') / number(last, 'generate')).toFixed(0),
  number(last, 'reference').toFixed(2),
  number(last, 'update').toFixed(2),
  memory,
];
console.log(`| ${cells.join(' | ')} |`);
