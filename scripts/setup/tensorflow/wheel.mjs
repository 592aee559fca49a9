/**
 * TensorFlow's shared libraries and C headers out of its PyPI wheel (with an NVIDIA GPU, CUDA's libraries beside them). Every wheel is pinned by
 * version and sha256 (wheels.json, written by pin-wheels.py) and looked at before anything of it is unpacked.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { root } from '../paths.mjs';
import { run } from '../process.mjs';

const FOLDER = path.join(root, 'scripts/setup/tensorflow');
/** By platform: pip's tags, and the wheels to take without and with an NVIDIA GPU, TensorFlow's first. */
const PINNED = JSON.parse(readFileSync(path.join(FOLDER, 'wheels.json'), 'utf8'));
/** The libraries do not depend on Python; one wheel is named so that any Python 3 with pip can fetch it. */
const PYTHON = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--only-binary', ':all:'];
const UNPACK = path.join(FOLDER, 'unpack-wheels.py');

/** The wheels for a platform: { name, version, tags, wheels }, or undefined where none is pinned. `wheels` are { name, version, file, sha256 }. */
export function wheelFor(platform, gpu) {
  const pinned = Object.hasOwn(PINNED, platform) ? PINNED[platform] : undefined;
  if (pinned === undefined) return undefined;
  const wheels = gpu ? pinned.gpu : pinned.cpu;
  const [{ name, version }] = wheels;
  return { name, version, tags: pinned.tags, wheels };
}

/** The Python to use: the first that has pip, or null. */
export async function findPython() {
  for (const command of ['python3', 'python']) {
    const { ok, out } = await run(command, ['-m', 'pip', '--version']);
    if (ok && /python 3/.test(out)) return command;
  }
  return null;
}

/** Fills `cached`/deps with lib and include, in one step: an interrupted call leaves nothing half-made behind. */
export async function unpackTensorflow({ python, wheel, cached }) {
  const parent = path.dirname(cached);
  for (const name of readdirSync(parent)) {
    // Left by a killed set-up; the caller's lock says that nobody is using it.
    if (name.startsWith(`${path.basename(cached)}.tmp-`))
      rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const temporary = `${cached}.tmp-${process.pid}`;
  try {
    const deps = path.join(temporary, 'deps');
    const files = await download(python, wheel, path.join(temporary, 'wheels'));
    await verifyWheels(files, wheel.wheels);
    await unpack(python, deps, files);
    mkdirSync(cached, { recursive: true });
    rmSync(path.join(cached, 'deps'), { recursive: true, force: true });
    renameSync(deps, path.join(cached, 'deps'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Refuses files that are not, byte for byte, the pinned ones; throws an Error of one line. */
export async function verifyWheels(files, wheels) {
  const missing = wheels.find(({ file }) => !files.some((at) => path.basename(at) === file));
  if (missing !== undefined) throw new Error(`the wheel ${missing.file} was not downloaded`);
  for (const file of files) {
    const name = path.basename(file);
    const wanted = wheels.find((wheel) => wheel.file === name);
    if (wanted === undefined) throw new Error(`${name} is none of the pinned wheels; nothing of it is used`);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const found = hash.digest('hex');
    if (found !== wanted.sha256)
      throw new Error(`${name} is not the pinned file (sha256 ${found}, not ${wanted.sha256}); nothing of it is used`);
  }
}

/** pip gets the versions with their hashes, and refuses others itself. */
async function download(python, { tags, wheels }, folder) {
  mkdirSync(folder, { recursive: true });
  const list = `${folder}.txt`;
  writeFileSync(
    list,
    wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join(''),
  );
  const options = ['--no-deps', '--require-hashes', '--quiet', '--no-input', '--disable-pip-version-check'];
  const platforms = tags.flatMap((tag) => ['--platform', tag]);
  const args = ['-m', 'pip', 'download', ...options, '--dest', folder, ...PYTHON, ...platforms, '-r', list];
  const result = await run(python, args);
  if (!result.ok) throw new Error(`pip could not download ${wheels[0].name} ${wheels[0].version}: ${result.problem}`);
  return readdirSync(folder).map((name) => path.join(folder, name));
}

async function unpack(python, out, wheels) {
  const result = await run(python, [UNPACK, out, ...wheels]);
  if (!result.ok) throw new Error(`TensorFlow's wheel could not be unpacked: ${result.problem}`);
}
