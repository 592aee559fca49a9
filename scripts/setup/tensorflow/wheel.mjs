/** TensorFlow's shared libraries and C headers out of its PyPI wheel (with an NVIDIA GPU, CUDA's libraries beside them). */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.mjs';
import { run } from '../process.mjs';

const VERSION = '2.21.0';
/** The libraries do not depend on Python; one wheel is named so that any Python 3 with pip can fetch it. */
const PYTHON = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--only-binary', ':all:'];
const UNPACK = path.join(root, 'scripts/setup/tensorflow/unpack-wheels.py');

/** The wheel for a platform: { name, version, tags }, or undefined where TensorFlow publishes none. */
export function wheelFor(platform, gpu) {
  const linux = (machine) => [`manylinux_2_27_${machine}`, `manylinux_2_17_${machine}`, `manylinux2014_${machine}`];
  const tags = { 'linux-x64': linux('x86_64'), 'linux-arm64': linux('aarch64'), 'darwin-arm64': ['macosx_12_0_arm64'] }[
    platform
  ];
  if (tags === undefined) return undefined;
  return { name: gpu || platform === 'darwin-arm64' ? 'tensorflow' : 'tensorflow-cpu', version: VERSION, tags };
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
export async function unpackTensorflow({ python, wheel, gpu, cached }) {
  const parent = path.dirname(cached);
  for (const name of readdirSync(parent)) {
    // Left by a killed set-up; the caller's lock says that nobody is using it.
    if (name.startsWith(`${path.basename(cached)}.tmp-`))
      rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const temporary = `${cached}.tmp-${process.pid}`;
  try {
    const [main] = await download(
      python,
      wheel.tags,
      [`${wheel.name}==${wheel.version}`],
      path.join(temporary, 'wheel'),
    );
    const deps = path.join(temporary, 'deps');
    const needs = await unpack(python, deps, [main]);
    if (gpu) await unpack(python, deps, await download(python, wheel.tags, needs, path.join(temporary, 'cuda')));
    mkdirSync(cached, { recursive: true });
    rmSync(path.join(cached, 'deps'), { recursive: true, force: true });
    renameSync(deps, path.join(cached, 'deps'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function download(python, tags, requirements, folder) {
  mkdirSync(folder, { recursive: true });
  const options = ['--no-deps', '--quiet', '--no-input', '--disable-pip-version-check', '--dest', folder];
  const platforms = tags.flatMap((tag) => ['--platform', tag]);
  const result = await run(python, ['-m', 'pip', 'download', ...options, ...PYTHON, ...platforms, ...requirements]);
  if (!result.ok) throw new Error(`pip could not download ${requirements[0]}: ${result.problem}`);
  return readdirSync(folder).map((name) => path.join(folder, name));
}

async function unpack(python, out, wheels) {
  const result = await run(python, [UNPACK, out, ...wheels]);
  if (!result.ok) throw new Error(`TensorFlow's wheel could not be unpacked: ${result.problem}`);
  return result.out.split('\n').filter(Boolean);
}
