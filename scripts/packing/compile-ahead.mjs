/**
 * Starts the packed engine once on an empty home, so that Node's compile cache lies in the packed app and already the first start need strip no types.
 * The cache is one that may be moved with what it was made of. Left out where the app is packed for another system than this one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENGINE } from './bundle-engine.mjs';
import { packedNode } from './packed-node.mjs';

/** The cache's folder among the engine's files; src/main/shell/engine/engine-process.ts looks for it. */
const FOLDER = 'compiled';

export async function compileAhead({ appOutDir, packager, electronPlatformName }) {
  if (electronPlatformName !== process.platform) return;
  const unpacked = path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
  const node = packedNode(unpacked);
  if (node === undefined) return;
  const home = mkdtempSync(path.join(tmpdir(), 'sophia-pack-'));
  const cache = path.join(unpacked, FOLDER);
  try {
    const entry = path.join(unpacked, ENGINE);
    const env = { ...process.env, SOPHIA_HOME: home, NODE_COMPILE_CACHE: cache, NODE_COMPILE_CACHE_PORTABLE: '1' };
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', entry], {
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    child.on('message', (message) => {
      if (message.kind === 'ready') child.send({ kind: 'stop' });
      if (message.kind === 'refused') console.error(message.message);
    });
    const [code] = await ended;
    if (code !== 0) throw new Error(`the packed engine does not start (exit code ${code})`);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
  const files = existsSync(cache) ? readdirSync(cache, { recursive: true }).length : 0;
  console.log(`  • engine started once: ${files} files compiled ahead`);
}
