/** The record of a finished set-up, checked at every start (a few milliseconds): what is installed, and what is absent and why. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addonFolder, node24, platformKey, root, stampFile, tfjsNode, workFolder } from './paths.mjs';

/** Raised when a part is made differently, so that finished clones make it again. */
const RECIPE = 2;
/** An absent part is tried again after this long, or at once when the tools it needs have changed. */
const RETRY_MS = 60 * 60 * 1000;

/** Present while npm writes node_modules; left behind by a killed set-up. */
export const installMarker = path.join(workFolder, 'npm-running');

/** The stamp, or undefined when there is none that can be read. */
export function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes the stamp in one step. `tensorflow` is what setUpTensorflow returned. */
export function writeStamp({ tensorflow }) {
  const stamp = {
    recipe: RECIPE,
    lock: lockHash(),
    platform: platformKey,
    tensorflow,
    tools: toolsSeen(),
    time: Date.now(),
  };
  const temporary = `${stampFile}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(temporary, stampFile);
  return stamp;
}

/** Whether everything that can be installed is: nothing to do at this start. */
export function isDone(stamp = readStamp()) {
  if (stamp?.recipe !== RECIPE || stamp.platform !== platformKey || stamp.lock !== lockHash()) return false;
  if (existsSync(installMarker) || node24() === undefined) return false;
  const { tensorflow } = stamp;
  if (tensorflow.state === 'ready') {
    return existsSync(path.join(addonFolder, 'tfjs_binding.node')) && existsSync(path.join(tfjsNode, 'deps/lib'));
  }
  if (process.env.SOPHIA_SKIP_TENSORFLOW === '1') return true;
  return tensorflow.state === 'absent' && stamp.tools === toolsSeen() && Date.now() - stamp.time < RETRY_MS;
}

/** Hash of package-lock.json. */
export function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

/** Which of the tools that TensorFlow needs are on PATH, as one string to compare. */
function toolsSeen() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = ['python3', 'python', 'c++', 'g++', 'clang++', 'nvidia-smi'].filter((tool) =>
    folders.some((folder) => folder && existsSync(path.join(folder, tool))),
  );
  return [process.env.CXX ?? '', ...found].join(' ').trim();
}
