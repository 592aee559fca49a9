/** Compiles tfjs-node's addon, and the small one that keeps TensorFlow quiet, against the libraries in the cache. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nodePackageFolder, root, tfjsNode } from '../paths.mjs';
import { run } from '../process.mjs';

const mac = process.platform === 'darwin';
const QUIET = path.join(root, 'scripts/setup/tensorflow/quiet.cc');
const SESSION_OPTIONS = path.join(root, 'scripts/setup/tensorflow/session-options.h');
const BINDING = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'].map((file) => path.join(tfjsNode, file));
const FLAGS = [
  '-std=c++17',
  '-O2',
  '-fPIC',
  '-shared',
  '-DNAPI_VERSION=8',
  ...(mac ? ['-undefined', 'dynamic_lookup'] : []),
];
const RPATH = [`-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`];

/** The C++ compiler: CXX or the first found, or undefined. */
export async function findCompiler() {
  for (const command of [process.env.CXX, 'c++', 'g++', 'clang++']) {
    if (command && (await run(command, ['--version'])).ok) return command;
  }
  return undefined;
}

/** Returns the cache's folder with both addons, compiling them when their sources or flags are new. */
export async function compileAddon({ compiler, cached }) {
  const key = createHash('sha256').update(JSON.stringify([FLAGS, RPATH, process.arch]));
  for (const file of [QUIET, SESSION_OPTIONS, ...BINDING]) key.update(readFileSync(file));
  const done = path.join(cached, 'lib', key.digest('hex').slice(0, 16));
  if (existsSync(done)) return done;
  if (compiler === undefined) throw new Error('a C++ compiler is missing');
  const headers = path.join(nodePackageFolder(), 'include/node');
  const library = path.join(cached, 'deps/lib');
  const include = ['-I', headers, '-I', tfjsNode, '-I', path.join(cached, 'deps/include')];
  const libraries = readdirSync(library)
    .filter((name) => name.startsWith('libtensorflow_'))
    .map((name) => path.join(library, name));
  const temporary = `${done}.tmp-${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    await compile(compiler, [...FLAGS, ...include, QUIET, '-o', path.join(temporary, 'quiet.node')]);
    const out = ['-o', path.join(temporary, 'tfjs_binding.node')];
    const options = ['-include', SESSION_OPTIONS];
    await compile(compiler, [...FLAGS, ...include, ...options, ...BINDING, ...libraries, ...RPATH, ...out]);
    renameSync(temporary, done);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return done;
}

async function compile(compiler, args) {
  const result = await run(compiler, args);
  if (!result.ok) throw new Error(`${compiler} could not compile the addon: ${result.problem}`);
}
