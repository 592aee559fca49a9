/**
 * Chooses and starts the tensor backend: `tensorflow` (native, one code on CPU and CUDA) or `wasm` (always installs).
 *
 * There is one copy of tfjs-core in a process: `import * as tf from '@tensorflow/tfjs-core'` and the CommonJS packages
 * below share its engine. Nothing heavy is loaded before `useBackend` is called (measured: 0.4 s tensorflow, 0.2 s wasm).
 * Deliberately absent: several wasm threads (Node has none in tfjs 4) and changing the thread count of a started backend.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';
import type { BackendChoice } from '../../shared/kinds/backend.ts';

/** A backend that can be started. */
export type BackendName = Exclude<BackendChoice, 'auto'>;

/** The backend in use. */
export interface BackendInfo {
  name: BackendName;
  /** TensorFlow's own version for `tensorflow`, the package's for `wasm`. */
  version: string;
  device: 'cpu' | 'gpu';
  /** Threads computing at once. */
  threads: number;
  /** Why this backend, in one sentence for doctor and the run's record. */
  reason: string;
}

/** Options of {@link useBackend}. */
export interface BackendOptions {
  /** Threads computing at once; counts for the first start of `tensorflow` in this process. Default: all cores. */
  threads?: number;
}

const require = createRequire(import.meta.url);
const started = new Map<BackendName, Omit<BackendInfo, 'reason'>>();

/**
 * Starts a backend and makes it the current one; calling it again switches.
 * Throws `environment` when `tensorflow` is asked for by name and cannot be loaded.
 */
export async function useBackend(choice: BackendChoice = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  if (choice === 'wasm') return activate('wasm', 'asked for by name', options);
  const missing = whyNoTensorflow();
  if (choice === 'tensorflow') {
    if (missing !== undefined) {
      throw new SophiaError(
        'environment',
        `backend tensorflow: ${missing}.`,
        'Run bin/sophia doctor, or use --backend wasm.',
      );
    }
    return activate('tensorflow', 'asked for by name', options);
  }
  if (missing !== undefined) return activate('wasm', missing, options);
  try {
    return await activate('tensorflow', 'its native addon is built', options);
  } catch (error) {
    return activate('wasm', `TensorFlow does not load: ${(error as Error).message.split('\n')[0]}`, options);
  }
}

/** Why TensorFlow's native backend cannot be used here, or undefined when it can. */
export function whyNoTensorflow(): string | undefined {
  if (process.env.SOPHIA_SKIP_TENSORFLOW === '1') return 'SOPHIA_SKIP_TENSORFLOW=1 leaves TensorFlow out';
  if (!existsSync(addonPath())) return 'the native TensorFlow addon is not built';
  return undefined;
}

/**
 * Speed of the current backend in GFLOP/s: float32 matrix product of two [size, size], best of several within `seconds`.
 */
export function gflops(size = 1024, seconds = 0.5): number {
  return tf.tidy(() => {
    const a = tf.fill([size, size], 0.5); // [size, size]
    const b = tf.fill([size, size], 0.25); // [size, size]
    let best = Number.POSITIVE_INFINITY;
    const end = performance.now() + seconds * 1000;
    for (let i = 0; i < 3 || performance.now() < end; i++) {
      const begin = performance.now();
      // One element is read back: operations may be asynchronous on a GPU, and copying the whole product would count.
      tf.tidy(() => tf.slice(tf.matMul(a, b), [0, 0], [1, 1]).dataSync());
      if (i > 0) best = Math.min(best, performance.now() - begin);
    }
    return (2 * size ** 3) / best / 1e6;
  });
}

async function activate(name: BackendName, reason: string, options: BackendOptions): Promise<BackendInfo> {
  let info = started.get(name);
  if (info === undefined) {
    info = name === 'tensorflow' ? startTensorflow(options.threads) : startWasm();
    started.set(name, info);
  }
  const before = processListeners();
  if (!(await tf.setBackend(name))) throw new SophiaError('environment', `backend ${name}: could not be started.`);
  await tf.ready();
  // The wasm module's loader installs process-wide error handlers that would turn every rejection into an abort.
  for (const [event, listener] of processListeners()) {
    if (!before.some(([, kept]) => kept === listener)) process.removeListener(event, listener);
  }
  return { ...info, reason };
}

/** Up to so many threads run operations side by side, each on one thread; more work on one operation together. */
const SIDE_BY_SIDE = 2;

/**
 * The variables TensorFlow takes its threads from; ones that are set already hold where no number was asked for. A step of a tiny model is some
 * ten thousand small operations: two threads that share each one wait for each other more than they compute. Side by side a text step of
 * bench/ took 0.45 s of CPU against 0.73 s, and 0.58 s against 0.74 s by the clock; and one thread or two compute the same bits.
 */
function chooseThreads(asked: number | undefined): number {
  const threads = asked ?? Number(process.env.TF_NUM_INTRAOP_THREADS ?? availableParallelism());
  const together = threads > SIDE_BY_SIDE;
  if (asked !== undefined || process.env.TF_NUM_INTRAOP_THREADS === undefined) {
    process.env.TF_NUM_INTRAOP_THREADS = String(together ? threads : 1);
    process.env.TF_NUM_INTEROP_THREADS = String(together ? 1 : threads);
  }
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  return threads;
}

function startTensorflow(asked?: number): Omit<BackendInfo, 'reason'> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const threads = chooseThreads(asked);
  // tfjs-node 4.22 still calls two helpers that Node 23 removed.
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray = Array.isArray; // Node 24 has it again, with a warning at every first call
  registerGradients();
  const folder = tfjsNodeFolder();
  require(path.join(folder, 'dist/register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(path.join(folder, 'dist/nodejs_kernel_backend.js'));
  const binding = loadAddon();
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
  tf.registerBackend('tensorflow', () => backend, 3);
  return {
    name: 'tensorflow',
    version: binding.TF_Version,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
    threads,
  };
}

/** TensorFlow's libraries log while they load, before any log level counts; TF_CPP_MIN_LOG_LEVEL=0 shows it. */
function loadAddon() {
  const quietPath = path.join(path.dirname(addonPath()), 'quiet.node');
  const quiet = process.env.TF_CPP_MIN_LOG_LEVEL !== '0' && existsSync(quietPath) ? require(quietPath) : undefined;
  quiet?.mute();
  try {
    return require(addonPath());
  } finally {
    quiet?.restore();
  }
}

function startWasm(): Omit<BackendInfo, 'reason'> {
  registerGradients();
  const entry = require.resolve('@tensorflow/tfjs-backend-wasm');
  const { setWasmPaths, version_wasm: version } = require('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${path.dirname(entry)}${path.sep}`);
  return { name: 'wasm', version, device: 'cpu', threads: 1 };
}

function processListeners(): [string, (...args: unknown[]) => void][] {
  return ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process
      .listeners(event as 'uncaughtException')
      .map((listener) => [event, listener as () => void] as [string, () => void]),
  );
}

/** Gradients and chained operations live in the union package; its own CPU and layers parts stay unused. */
function registerGradients(): void {
  if (tf.getGradient('Add') === undefined) createRequire(tfjsNodeFolder())('@tensorflow/tfjs');
}

function tfjsNodeFolder(): string {
  return path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

function addonPath(): string {
  return path.join(tfjsNodeFolder(), 'lib/napi-v8/tfjs_binding.node');
}
