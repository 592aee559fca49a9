import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';

const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'golden.ts');
const scratch = mkdtempSync(path.join(tmpdir(), 'sophia-golden-'));
after(() => rmSync(scratch, { recursive: true }));

function golden(...folders: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...folders], { encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n'), stderr };
}

function folder(name: string, files: Record<string, string>): string {
  const at = path.join(scratch, name);
  mkdirSync(at);
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(at, file), text);
  return at;
}

describe('npm run golden', () => {
  it('finds every case of the golden files as they say', () => {
    const { status, lines } = golden();
    assert.equal(status, 0, lines.join('\n'));
    assert.deepEqual(
      lines.map((line) => line.replace(/, largest.*/, '')),
      [
        'grpo-loss.jsonl: 36 cases, 0 failures',
        'outcome.jsonl: 354 cases, 0 failures',
        'score-reply.jsonl: 58 cases, 0 failures',
        'trl-loss.jsonl: 82 cases, 0 failures',
        'trust.jsonl: 120 cases, 0 failures',
      ],
    );
  });

  it('names the line of a case that differs, and exits with 1', () => {
    const good = '{"reply": "0.7", "score": 0.7, "unknown": {"field": 1}}';
    const at = folder('wrong', { 'score-reply.jsonl': `${good}\n\n{"reply": "0.7", "score": 0.6}\n` });
    const { status, lines, stderr } = golden(at);
    assert.equal(status, 1);
    assert.match(lines[0]!, /^score-reply.jsonl: 2 cases, 1 failures, largest difference 1.0e-1$/);
    assert.match(stderr, /line 3: score differs/);
  });

  it('reports malformed lines by their number and goes on', () => {
    const trust = readFileSync(path.join(import.meta.dirname, 'trust.jsonl'), 'utf8').split('\n')[1]!;
    const at = folder('malformed', { 'trust.jsonl': `${trust}\r\n{"answer": [\r\n[1]\r\n{"answer": [1]}\r\n${trust}` });
    const { status, lines, stderr } = golden(at);
    assert.equal(status, 1);
    assert.match(lines[0]!, /^trust.jsonl: 5 cases, 3 failures/);
    assert.match(stderr, /line 2: not valid JSON/);
    assert.match(stderr, /line 3: not a JSON object/);
    assert.match(stderr, /line 4: field thinking is missing/);
  });

  it('refuses a folder that is missing, a file, or without golden files in one line, with exit code 2', () => {
    const empty = folder('empty', { 'other.jsonl': '{}' });
    for (const at of [path.join(scratch, 'nowhere'), script, empty]) {
      const { status, stderr } = golden(at);
      assert.equal(status, 2);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
