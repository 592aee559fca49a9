/**
 * Power that fails: everything that SQLite writes is noted, with its syncs. At random points the files are made as a disk may hold them then: what was
 * synced, and of the rest any part, in any order, torn at sectors. The database must open sound, with every step that was acknowledged.
 * Deliberately absent: folders of checkpoints (they are synced before they are renamed and announced), and disks that lie about a sync.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import { Random } from '../../../src/shared/values/random.ts';

const STEPS = 60;
const POINTS = 200;
const SECTOR = 512;

const folder = mkdtempSync(join(tmpdir(), 'sophia-power-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const library = join(folder, 'record-writes.so');
const source = join(import.meta.dirname, 'record-writes.c');
const compiled =
  process.platform === 'linux' &&
  spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-lpthread']).status === 0;

/** One thing that was done to a file: 0 the database, 1 its log, 2 the marks. */
interface Op {
  readonly op: 'W' | 'T' | 'S';
  readonly file: number;
  readonly at: number;
  readonly bytes: Buffer;
}

function readJournal(path: string): Op[] {
  const all = readFileSync(path);
  const ops: Op[] = [];
  for (let i = 0; i < all.length; ) {
    const length = Number(all.readBigInt64LE(i + 10));
    const at = Number(all.readBigInt64LE(i + 2));
    ops.push({
      op: String.fromCharCode(all[i]!) as Op['op'],
      file: all[i + 1]!,
      at,
      bytes: all.subarray(i + 18, i + 18 + length),
    });
    i += 18 + length;
  }
  return ops;
}

function applied(before: Buffer, { op, at, bytes }: Op, most = bytes.length): Buffer {
  if (op === 'T') return Buffer.concat([before.subarray(0, at), Buffer.alloc(Math.max(0, at - before.length))]);
  const after = before.length >= at + most ? before : Buffer.concat([before, Buffer.alloc(at + most - before.length)]);
  const copy = Buffer.from(after);
  bytes.copy(copy, at, 0, most);
  return copy;
}

/** What a disk may hold of unsynced operations: some, in any order, the last of a write maybe not. */
function someOf(before: Buffer, unsynced: readonly Op[], random: Random): Buffer {
  let file = before;
  const kept = unsynced.filter(() => random.next() < 0.5);
  for (const op of kept.map((one) => ({ one, key: random.next() })).sort((a, b) => a.key - b.key)) {
    const { length } = op.one.bytes;
    const torn = op.one.op === 'W' && length > SECTOR && random.next() < 0.3;
    file = applied(file, op.one, torn ? SECTOR * random.int(1, Math.floor(length / SECTOR)) : length);
  }
  return file;
}

test(`at ${POINTS} random points of lost power the database opens sound, with every acknowledged step`, {
  skip: !compiled && 'needs Linux and a C compiler',
}, () => {
  const [home, journal] = [join(folder, 'home'), join(folder, 'journal')];
  const writer = join(import.meta.dirname, 'writer.ts');
  const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', writer, home, String(STEPS)], {
    env: { ...process.env, LD_PRELOAD: library, SOPHIA_JOURNAL: journal },
    encoding: 'utf8',
  });
  assert.equal(child.signal, 'SIGKILL', child.stderr);
  const ops = readJournal(journal);
  assert.ok(
    ops.filter(({ op, file }) => op === 'S' && file === 1).length >= STEPS,
    'a step is synced before it is acknowledged',
  );
  assert.ok(ops.filter(({ op, file }) => op === 'S' && file === 0).length > 2, 'pages went back into the database');
  const first = ops.findIndex(({ file }) => file === 2);
  const random = new Random(17, 'power');
  const points = Array.from({ length: POINTS }, () => random.int(first, ops.length - 1)).sort((a, b) => a - b);
  const synced: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)];
  const unsynced: Op[][] = [[], []];
  let acknowledged = 0;
  let next = 0;
  let lost = 0;
  for (const [i, op] of ops.entries()) {
    for (; points[next] === i; next++) {
      const at = join(folder, 'after.db');
      for (const end of ['', '-wal', '-shm']) rmSync(`${at}${end}`, { force: true });
      for (const [file, end] of ['', '-wal'].entries())
        writeFileSync(`${at}${end}`, someOf(synced[file]!, unsynced[file]!, random));
      const db = new Database(at);
      const steps = db.prepare<[], number>('SELECT step FROM runs').pluck().get() ?? 0;
      assert.equal(db.pragma('integrity_check', { simple: true }), 'ok', `operation ${i}`);
      assert.ok(steps >= acknowledged, `operation ${i}: step ${acknowledged} was acknowledged, ${steps} is there`);
      assert.equal(db.prepare('SELECT count(*) FROM responses').pluck().get(), steps * 8);
      db.close();
      lost += unsynced[0]!.length + unsynced[1]!.length;
    }
    if (op.file === 2) acknowledged = Number(op.bytes.toString());
    else if (op.op === 'S') {
      for (const one of unsynced[op.file]!.splice(0)) synced[op.file] = applied(synced[op.file]!, one);
    } else unsynced[op.file]!.push(op);
  }
  assert.equal(next, POINTS);
  assert.ok(lost > POINTS / 2, 'there was something to lose');
});
