/** What a run's process wrote, in pieces and searched. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findInLog, runLog } from '../../src/main/services/runs/run-log.ts';

const runs = mkdtempSync(join(tmpdir(), 'sophia-logs-'));
after(() => rmSync(runs, { recursive: true }));
let counter = 0;
function written(text: string): [{ runs: string }, number] {
  const id = ++counter;
  mkdirSync(join(runs, String(id)));
  writeFileSync(join(runs, String(id), 'worker.log'), text);
  return [{ runs }, id];
}

test('pieces from the end back to the beginning are whole lines and make up the log', async () => {
  const text = Array.from({ length: 9000 }, (_, i) => `line ${i} of a log, ünïcödé\n`).join('');
  const [paths, id] = written(text);
  const pieces: string[] = [];
  for (let piece = await runLog(paths, id); ; piece = await runLog(paths, id, piece.from)) {
    pieces.unshift(piece.text);
    assert.match(piece.text, /^line \d+ of/);
    assert.equal(piece.bytes, Buffer.byteLength(text));
    if (piece.from === 0) break;
  }
  assert.ok(pieces.length > 3);
  assert.equal(pieces.join(''), text);
});

test('a line longer than a piece comes in pieces, and none is without end', async () => {
  const [paths, id] = written('x'.repeat(200_000));
  let total = 0;
  for (let piece = await runLog(paths, id); ; piece = await runLog(paths, id, piece.from)) {
    total += piece.text.length;
    if (piece.from === 0) break;
  }
  assert.equal(total, 200_000);
});

test('a search finds lines by number whatever the case, with colours and overwritten progress bars taken off', async () => {
  const [paths, id] = written(
    '\u001b[31mWarning\u001b[0m: slow\n 10%|█\r 50%|█████\r100%|██████████\nall warnings told\n',
  );
  assert.deepEqual(await findInLog(paths, id, 'WARN'), {
    lines: [
      { line: 1, text: 'Warning: slow' },
      { line: 3, text: 'all warnings told' },
    ],
    more: false,
  });
  assert.equal((await runLog(paths, id)).text, 'Warning: slow\n100%|██████████\nall warnings told\n');
});

test('a search that finds very much says that there is more', async () => {
  const found = await findInLog(...written('same\n'.repeat(500)), 'same');
  assert.equal(found.lines.length, 200);
  assert.equal(found.more, true);
});

test('a run that wrote nothing has an empty log', async () => {
  assert.deepEqual(await runLog({ runs }, 999), { text: '', from: 0, to: 0, bytes: 0 });
  assert.deepEqual(await findInLog({ runs }, 999, 'x'), { lines: [], more: false });
});
