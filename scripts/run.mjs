/**
 * Runs one of the TypeScript entries on Node 24 after set-up: `node scripts/run.mjs bench/run.ts --quick`.
 * In this process where it is recent enough, else in a child whose signals and exit code pass through.
 */
import { spawn } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { modules, node24, root, runsOnNode24 } from './setup/paths.mjs';
import { setUp } from './setup.mjs';

const compileCache = path.join(modules, '.cache/compile');

/** Sets up, then runs `entry` (relative to the root) with `args`; ends this process with its exit code. */
export async function runOnNode24(entry, args) {
  try {
    await setUp();
  } catch (error) {
    console.error(`sophia: ${error.message}`);
    process.exit(1);
  }
  const file = path.join(root, entry);
  if (runsOnNode24()) {
    endWithNpm(() => process.kill(process.pid, 'SIGTERM'));
    process.argv = [process.execPath, file, ...args];
    module.enableCompileCache(compileCache);
    await import(pathToFileURL(file).href);
    return;
  }
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit', env });
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone does not.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  endWithNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`sophia: Node 24 cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** A signal sent to npm ends only npm and its shell: whoever was started by it notices that its parent is gone. */
function endWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [entry, ...args] = process.argv.slice(2);
  await runOnNode24(entry, args);
}
