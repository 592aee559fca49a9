/**
 * Takes the symbol tables out of the big native files of the packed app on Linux, a quarter of TensorFlow's library. What is linked by name at run time
 * stays. Where `strip` (binutils) is missing or fails, the files stay as they are.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const WORTH_BYTES = 20 * 2 ** 20;
const NATIVE = ['node_modules/@tensorflow/tfjs-node-gpu/deps/lib/*.so*', 'node_modules/node-*/bin/node'];

export function stripLibraries({ appOutDir, electronPlatformName, packager }) {
  if (electronPlatformName !== 'linux' || process.platform !== 'linux') return;
  const unpacked = path.join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked');
  for (const name of globSync(NATIVE, { cwd: unpacked })) stripOne(path.join(unpacked, name));
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
