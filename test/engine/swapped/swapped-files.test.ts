/**
 * Files of a home in whose place something else lies: a pipe that nobody writes to, a folder, a link to itself, a GB without a line's end. The engine starts and
 * answers, or refuses in one line; nothing is waited for without end, and nothing is a fault of the program.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import { studyYaml, testEngine } from '../../setup/with-engine.ts';

const TRY = fileURLToPath(new URL('./try-home.ts', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../fixtures/qwen25vl-a', import.meta.url));
/** Longest that one group may take, with all that is asked, on a machine that is not alone. */
const HANG_MS = 60_000;

let home = '';
/** Files that are swapped together: of the home itself, its database, its lock, a model's, a data set's, a run's. */
let groups: string[] = [];

/** A home with a run, a model, a data set with a picture, settings. */
before(async () => {
  const engine = await testEngine();
  await engine.client.studies.start.mutate({ yaml: studyYaml({ variants: '[grpo]', seeds: '[0]', steps: 2 }) });
  await engine.engine.queue.whenIdle();
  await engine.client.settings.change.mutate({ threads: 1 });
  await engine.stop();
  home = engine.home;
  const model = join(home, 'models/mine');
  mkdirSync(model, { recursive: true });
  for (const name of readdirSync(FIXTURE).filter((name) => !/^(image|expected|resize)/.test(name)))
    cpSync(join(FIXTURE, name), join(model, name));
  for (const name of ['README.md', 'chat_template.jinja', 'tokenizer.json']) writeFileSync(join(model, name), '{}');
  const source = mkdtempSync(join(tmpdir(), 'sophia-swapped-'));
  cpSync(join(FIXTURE, 'image0.png'), join(source, 'a.png'));
  writeFileSync(
    join(source, 'a.jsonl'),
    '{"id": "a", "question": "How many?", "answer": "3", "image": "a.png"}\n{"id": 1}\n',
  );
  await storeDataset(home, join(source, 'a.jsonl'), { name: 'pics', format: 'jsonl' });
  rmSync(source, { recursive: true });
  mkdirSync(join(home, 'validation'), { recursive: true });
  for (const name of ['validation/sums.json', 'confirmed-keys.json', 'engine.port', 'engine.json', 'runs/1/worker.log'])
    if (!existsSync(join(home, name))) writeFileSync(join(home, name), '{}');
  const all = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)));
  const kept = all.filter((name) => !/-(wal|shm)$|^backups/.test(name)).sort();
  const alone = ['sophia.db', 'engine.lock'];
  const of = (pattern: RegExp) => kept.filter((name) => pattern.test(name) && !alone.includes(name)).join(',');
  groups = [...alone, of(/^[^/]+$/), of(/^models/), of(/^datasets/), of(/^(runs|validation)/)];
});
after(() => rmSync(home, { recursive: true, force: true }));

/** Tries every group; returns what each came to, what hung included. */
async function tried(how: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  let left = groups;
  while (left.length > 0) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', TRY, home, how, ...left], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let current = left[0]!;
    let timer = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const said = JSON.parse(text.slice(0, end)) as { begins?: string; group?: string; said?: unknown };
        text = text.slice(end + 1);
        clearTimeout(timer);
        timer = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
        if (said.begins !== undefined) current = said.begins;
        else found[said.group!] = said.said;
      }
    });
    await new Promise((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    if (found[current] === undefined) found[current] = { start: 'FAULT: hangs, or ends the process' };
    left = left.filter((group) => found[group] === undefined);
  }
  return found;
}

describe('a home in which a file is no file', { skip: process.platform === 'win32', timeout: 900_000 }, () => {
  for (const how of ['pipe', 'folder', 'loop', 'gigabyte'])
    test(`but a ${how}: the engine answers or refuses in one line`, async () => {
      const found = await tried(how);
      assert.deepEqual(Object.keys(found).sort(), [...groups].sort());
      const faults = Object.entries(found).filter(([, said]) => JSON.stringify(said).includes('FAULT'));
      assert.equal(faults.map(([file, said]) => `${file}: ${JSON.stringify(said).slice(0, 1500)}`).join('\n'), '');
    });
});
