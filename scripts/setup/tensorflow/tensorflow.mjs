/**
 * TensorFlow's native backend: libraries from the PyPI wheel, tfjs-node's addon compiled against them, both kept in the
 * user's cache folder and hard-linked into the clone. Where it cannot be had the wasm backend is used, and the reason kept.
 * Deliberately absent: node-gyp (Node's headers come with the Node 24 package) and the package's own install script.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { linkFolder } from '../link.mjs';
import { withLock } from '../lock.mjs';
import { addonFolder, cacheFolder, node24, platformKey, root, tfjsNode } from '../paths.mjs';
import { run } from '../process.mjs';
import { compileAddon, findCompiler } from './addon.mjs';
import { findPython, unpackTensorflow, wheelFor } from './wheel.mjs';

/** What is lost without it; the measured ratio of one training step. */
export const cost = 'the wasm backend is used, about 20 times slower in training';

/** Makes the backend work in this clone. Returns { state: 'ready', version, device, source } or { state: 'absent', why }. */
export async function setUpTensorflow(part) {
  if (process.env.SOPHIA_SKIP_TENSORFLOW === '1') return { state: 'skipped', why: 'SOPHIA_SKIP_TENSORFLOW=1' };
  const end = part('TensorFlow backend');
  try {
    const outcome = await install();
    end(`ready: ${outcome.version}, ${outcome.device}`);
    return outcome;
  } catch (error) {
    end(`absent: ${error.message}; ${cost}`);
    return { state: 'absent', why: error.message };
  }
}

async function install() {
  const gpu = await seesNvidiaGpu();
  const wheel = wheelFor(platformKey, gpu);
  if (wheel === undefined)
    throw new Error(`no TensorFlow wheel is pinned for ${platformKey} (scripts/setup/tensorflow/wheels.json)`);
  const cached = path.join(cacheFolder(), 'tensorflow', `${wheel.name}-${wheel.version}-${platformKey}`);
  mkdirSync(path.dirname(cached), { recursive: true });
  const addon = await withLock(`${cached}.lock`, async () => {
    const compiler = await findCompiler();
    const python = existsSync(path.join(cached, 'deps')) ? undefined : await findPython();
    const missing = [compiler ? '' : 'a C++ compiler', python === null ? 'python3 with pip' : ''].filter(Boolean);
    // A compiler is asked for only when there is something to compile: a filled cache needs neither.
    if (python === null) throw new Error(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing`);
    if (python !== undefined && compiler === undefined) throw new Error('a C++ compiler is missing');
    if (python !== undefined) await unpackTensorflow({ python, wheel, cached });
    return compileAddon({ compiler, cached });
  });
  for (const folder of ['deps/lib', 'deps/nvidia']) {
    if (existsSync(path.join(cached, folder))) linkFolder(path.join(cached, folder), path.join(tfjsNode, folder));
    else rmSync(path.join(tfjsNode, folder), { recursive: true, force: true });
  }
  linkFolder(addon, addonFolder);
  return { state: 'ready', ...(await probe()), source: `PyPI ${wheel.name} ${wheel.version}` };
}

/** Loads the addon in a process of its own: a library that does not fit this machine may end it. */
async function probe() {
  const result = await run(node24(), [path.join(root, 'scripts/setup/tensorflow/probe.cjs')], { timeout: 120_000 });
  if (!result.ok) throw new Error(`TensorFlow was built but does not load: ${result.problem}`);
  return JSON.parse(result.out.trim().split('\n').at(-1));
}

async function seesNvidiaGpu() {
  if (process.platform !== 'linux') return false;
  const { ok, out } = await run('nvidia-smi', ['-L'], { timeout: 10_000 });
  return ok && /^GPU \d+/m.test(out);
}
