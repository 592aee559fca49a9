/**
 * All checks, one line each: format and lint, types, the page's types and build, then every test file. Failures are shown
 * in full, everything else is one line per stage and file. Runs on Node 24 (scripts/test.mjs starts it there).
 */
import { runFiles } from './files.mjs';
import { stages } from './stages.mjs';
import { settleTrlPart } from './trl-part.mjs';

const pattern = process.argv[2];
const trl = settleTrlPart();
if (trl !== null) console.log(trl);
const total = { passed: 0, failed: 0, skipped: 0 };

if (pattern === undefined) {
  for (const { name, check } of stages()) {
    const begin = performance.now();
    const { ok, output, skipped } = await check();
    total[skipped ? 'skipped' : ok ? 'passed' : 'failed'] += 1;
    console.log(
      `${skipped ? 'skip' : ok ? 'ok  ' : 'FAIL'} ${name} ${seconds(begin)}${skipped ? ` (${skipped})` : ''}`,
    );
    if (!ok && !skipped) console.log(indent(output));
  }
}
await runFiles(pattern, ({ file, counts, failures, reasons, output, ms }) => {
  for (const key of Object.keys(total)) total[key] += counts[key];
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const outcome = counts.failed > 0 ? `${counts.failed} failed, ` : '';
  console.log(
    `${counts.failed > 0 ? 'FAIL' : 'ok  '} ${file}: ${outcome}${counts.passed} passed${skipped} (${(ms / 1000).toFixed(1)} s)`,
  );
  for (const reason of reasons) console.log(indent(`skipped: ${reason}`));
  if (counts.failed > 0) console.log(indent([...failures, output.slice(-4000)].filter(Boolean).join('\n')));
});
const ran = total.passed + total.failed + total.skipped > 0;
if (!ran) console.log(`no test file matches ${JSON.stringify(pattern)}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
// A native backend's threads must not keep the command alive.
process.exit(total.failed > 0 || !ran ? 1 : 0);

function seconds(begin) {
  return `(${((performance.now() - begin) / 1000).toFixed(1)} s)`;
}

function indent(text) {
  return text.trimEnd().replace(/^/gm, '     ');
}
