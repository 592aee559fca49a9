/**
 * A real OpenAI-compatible server for tests: `transformers serve` from PyPI over models/tiny-vl-base, on the CPU. Its Python is that of the
 * benches' peer (about 6 GB on Linux, because PyPI's torch brings CUDA along); what serving needs beside it lies in a folder of the user's cache.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpPeer } from '../../../bench/training/peers/setup.ts';
import { cacheFolder } from '../../../scripts/setup/paths.mjs';
import { answers, freePort } from '../../setup/real-server.ts';

const PACKAGES = ['fastapi', 'uvicorn', 'openai', 'pydantic', 'starlette', 'python-multipart'];
const MODEL = join(import.meta.dirname, '../../../models/tiny-vl-base');
const CHAT_TEMPLATE = `{% for message in messages %}<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}{% if 'text' in part %}{{ part['text'] }}{% else %}<|vision_start|><|image_pad|><|vision_end|>{% endif %}{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

/** What is needed to serve, or why it cannot be had. */
export type Serving = { readonly python: string; readonly packages: string } | { readonly missing: string };

/** Finds or makes the environment. */
export function setUpServing(): Serving {
  const peer = setUpPeer((line) => console.log(line));
  if ('missing' in peer) return peer;
  const packages = join(cacheFolder(), 'transformers-serve');
  if (existsSync(packages)) return { ...peer, packages };
  const unfinished = `${packages}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const install = ['-m', 'pip', 'install', '--quiet', '--target', unfinished, ...PACKAGES];
  const installed = spawnSync(peer.python, install, { encoding: 'utf8' });
  if (installed.status !== 0) return { missing: `pip install failed: ${installed.stderr.trim().split('\n').at(-1)}` };
  renameSync(unfinished, packages);
  return { ...peer, packages };
}

/** A running server: its base URL, the name of its model, and its end. */
export interface ServedModel {
  readonly base: string;
  readonly model: string;
  end(): void;
}

/** Starts the server and waits until it answers; rejects with its last lines where it ends before. */
export async function serveTransformers({
  python,
  packages,
}: Extract<Serving, { python: string }>): Promise<ServedModel> {
  const model = mkdtempSync(join(tmpdir(), 'sophia-serve-'));
  cpSync(MODEL, model, { recursive: true });
  writeFileSync(join(model, 'chat_template.jinja'), CHAT_TEMPLATE);
  const port = await freePort();
  const address = ['--host', '127.0.0.1', '--port', String(port), '--device', 'cpu'];
  const env = { ...process.env, PYTHONPATH: packages, HF_HUB_OFFLINE: '1', CUDA_VISIBLE_DEVICES: '' };
  const child = spawn(python, ['-m', 'transformers.cli.transformers', 'serve', ...address], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const end = () => {
    child.kill('SIGKILL');
    rmSync(model, { recursive: true, force: true });
  };
  await answers('transformers serve', `http://127.0.0.1:${port}/health`, child, () => said).catch((error: unknown) => {
    end();
    throw error;
  });
  return { base: `http://127.0.0.1:${port}/v1`, model, end };
}
