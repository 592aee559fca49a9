/**
 * Takes the symbol tables out of the big native files of the packed app on Linux, a quarter of TensorFlow's library. What is linked by name at run time
 * stays. Where `strip` (binutils) is missing or fails, the files stay as they are.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { packedNode } from './packed-node.mjs';

const WORTH_BYTES = 20 * 2 ** 20;
const LIBRARIES = 'node_modules/@tensorflow/tfjs-node-gpu/deps/lib';

export function stripLibraries({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName !== 'linux' || process.platform !== 'linux') return;
  const unpacked = path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
  const libraries = path.join(unpacked, LIBRARIES);
  const names = existsSync(libraries) ? readdirSync(libraries) : []; // none where only the wasm backend can be had
  const node = packedNode(unpacked);
  for (const file of [...names.map((name) => path.join(libraries, name)), ...(node ? [node] : [])]) stripOne(file);
}

function stripOne(file) {
  const stat = lstatSync(file);
  if (!stat.isFile() || stat.size < WORTH_BYTES) return;
  const stripped = `${file}.stripped`;
  try {
    // Into a file of its own: the packed one may be a hard link to the one in node_modules.
    execFileSync('strip', ['--strip-unneeded', '-o', stripped, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    chmodSync(stripped, stat.mode);
    renameSync(stripped, file);
    console.log(`  • ${path.basename(file)}: ${mib(stat.size)} MiB, ${mib(statSync(file).size)} without symbols`);
  } catch (error) {
    if (existsSync(stripped)) rmSync(stripped);
    console.log(`  • ${path.basename(file)} keeps its symbols: ${error.message.split('\n')[0]}`);
  }
}

const mib = (bytes) => Math.round(bytes / 2 ** 20);
