/**
 * All set-up of a clone, in one call: npm packages and Node 24, TensorFlow's native backend. Idempotent; a few milliseconds
 * when done; an interrupted one resumes; a part that cannot be had never stops the rest. Runs on Node 20 and newer with
 * Node's own modules only. `node scripts/setup.mjs` does it by hand and tries absent parts again.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, platformKey, stampFile, workFolder } from './setup/paths.mjs';
import { isDone, readStamp } from './setup/stamp.mjs';

/** Does what is left to do and returns the stamp; throws an Error of one line when the app cannot run at all. */
export async function setUp() {
  const stamp = readStamp();
  if (isDone(stamp)) return stamp;
  const [{ withLock }, { note }] = await Promise.all([import('./setup/lock.mjs'), import('./setup/progress.mjs')]);
  return withLock(path.join(workFolder, 'setup.lock'), install, () =>
    note('waiting for another set-up of this folder'),
  );
}

async function install() {
  // Another process may have finished while this one waited.
  const stamp = readStamp();
  if (isDone(stamp)) return stamp;
  const [packages, tensorflow, { part }, { writeStamp }] = await Promise.all([
    import('./setup/packages.mjs'),
    import('./setup/tensorflow/tensorflow.mjs'),
    import('./setup/progress.mjs'),
    import('./setup/stamp.mjs'),
  ]);
  await packages.installPackages(part);
  packages.linkNode24();
  if (node24() === undefined) {
    throw new Error(`npm has no Node 24 for ${platformKey}. Install Node 24 or newer and start again with it.`);
  }
  return writeStamp({ tensorflow: await tensorflow.setUpTensorflow(part) });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (readStamp()?.tensorflow.state !== 'ready' || process.argv.includes('--again')) rmSync(stampFile, { force: true });
  setUp().then(
    () => console.error('set-up: done'),
    (error) => {
      console.error(`set-up: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
