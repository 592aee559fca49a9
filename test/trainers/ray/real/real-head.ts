/** A real head of Ray on this machine, for the tests that SOPHIA_TEST_RAY=1 asks for. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE } from '../../../../src/main/trainers/trl/environment/pinned-packages.ts';
import { freePort } from '../../../setup/real-server.ts';
import { trlPython } from '../../trl/python.ts';

/** Why tests on a real head are skipped; false where they are asked for. */
export const NO_RAY =
  process.env.SOPHIA_TEST_RAY !== '1' && 'needs Ray, PyTorch and TRL (about 6 GB); SOPHIA_TEST_RAY=1 runs it';

/** Starts of a head that this machine may be too busy for: Ray waits half a minute for its own parts. */
const STARTS = 5;

/** The variable of this process that has the head's token. */
export const TOKEN_VARIABLE = 'RAY_TEST_TOKEN';

/** A head with two CPUs on loopback that wants a token. SOPHIA_TEST_RAY_ADDRESS (and RAY_TEST_TOKEN) name one that is there. */
export class RealHead {
  readonly address: string;
  readonly #started: Started | null;
  #node: ChildProcess | null = null;
  #joins = 0;

  private constructor(address: string, started: Started | null) {
    [this.address, this.#started] = [address, started];
  }

  static async start(): Promise<RealHead> {
    const there = process.env.SOPHIA_TEST_RAY_ADDRESS;
    if (there !== undefined) return new RealHead(there, null);
    const python = await trlPython();
    withRay(python);
    process.env[TOKEN_VARIABLE] = randomBytes(32).toString('hex');
    for (let tries = 1; ; tries++) {
      const head = await tried(python);
      if (head !== null) return head;
      assert.ok(tries < STARTS, `The head did not start ${STARTS} times.`);
    }
  }

  /** Made by `tried`. */
  static of(dashboard: number, started: Started): RealHead {
    return new RealHead(`http://127.0.0.1:${dashboard}`, started);
  }

  /** Has another node of two CPUs on this machine join, again where it died of its own impatience; false where the head is not this test's own. */
  async join(): Promise<boolean> {
    if (this.#started === null) return false;
    if (this.#node !== null && this.#node.exitCode === null && this.#node.signalCode === null) return true;
    assert.ok(this.#joins++ < STARTS, `The second node did not start ${STARTS} times.`);
    const { bin, port } = this.#started;
    const [listen, grpc, metrics] = await Promise.all([freePort(), freePort(), freePort()]);
    this.#node = ray(bin, [
      `--address=127.0.0.1:${port}`,
      ...['--node-ip-address=127.0.0.1', '--num-cpus=2', '--object-store-memory=100000000'],
      `--dashboard-agent-listen-port=${listen}`,
      `--dashboard-agent-grpc-port=${grpc}`,
      `--metrics-export-port=${metrics}`,
    ]);
    return true;
  }

  /** Has it join, until a check sees it. Two nodes of one machine share a folder, and one may clear away what a job of the other begins in. */
  async joined(check: () => Promise<{ readonly nodes: number }>): Promise<void> {
    for (let tries = 1; ; tries++) {
      assert.ok(await this.join(), 'the head is its own to add a node to');
      const report = await check().catch((error: Error) => {
        assert.ok(tries < 20 && /No such file or directory/.test(error.message), error.message);
      });
      if (report !== undefined && report.nodes >= 2) return;
    }
  }

  /** The second node leaves at once, with what it trains. */
  async leave(): Promise<void> {
    for (const pid of descendants(this.#node?.pid)) end(pid);
    this.#node?.kill('SIGKILL');
    await ended(this.#node);
    this.#node = null;
    this.#joins = 0;
  }

  /** Kills one of the processes of a run over several; which, is chance. */
  killWorker(): void {
    const own = [...descendants(this.#started?.child.pid), ...descendants(this.#node?.pid)];
    const worker = own.find((pid) => /RayTrainWorker/.test(commandOf(pid)));
    assert.ok(worker !== undefined, 'a run over several processes is under way');
    end(worker);
  }

  async end(): Promise<void> {
    await ended(this.#node);
    if (this.#started === null) return;
    await ended(this.#started.child);
    rmSync(this.#started.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

/** A head that was started here: where its programs lie, its port for nodes, its process and folder. */
interface Started {
  readonly bin: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly folder: string;
}

async function ended(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM'); // it ends its parts
  await Promise.race([once(child, 'exit'), sleep(60_000, undefined, { ref: false })]);
}

/** Every process that a process has begun, and those that these have. */
function descendants(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child, of]) => (of === parent && child !== undefined ? [child, ...below(child)] : []));
  return below(pid);
}

const commandOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {} // it has ended
}

/** `ray start` in the foreground. */
const ray = (bin: string, options: readonly string[]): ChildProcess =>
  spawn(join(bin, 'ray'), ['start', '--block', '--disable-usage-stats', ...options], {
    stdio: 'ignore',
    env: {
      ...process.env,
      PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
      OMP_NUM_THREADS: '1',
      RAY_AUTH_MODE: 'token',
      RAY_AUTH_TOKEN: process.env[TOKEN_VARIABLE],
      RAY_worker_register_timeout_seconds: '600',
      RAY_agent_register_timeout_ms: '600000',
    },
  });

/** Puts the pinned Ray into a Python that has none. */
function withRay(python: string): void {
  if (spawnSync(python, ['-c', 'import ray']).status === 0) return;
  const pinned = /^ray = \["([^"]+)"\]/m.exec(readFileSync(join(PACKAGE, 'pyproject.toml'), 'utf8'))?.[1] ?? '';
  const made = spawnSync(python, ['-m', 'pip', 'install', '--no-cache-dir', '--quiet', pinned], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
}

/** One start; null where it died of its own impatience. */
async function tried(python: string): Promise<RealHead | null> {
  const folder = mkdtempSync(join(tmpdir(), 'ray-')); // sockets lie in it: a long path is none
  const [port, dashboard, client, agent] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const bin = dirname(python);
  const options = {
    'node-ip-address': '127.0.0.1',
    port,
    'dashboard-host': '127.0.0.1',
    'dashboard-port': dashboard,
    'ray-client-server-port': client,
    'dashboard-agent-listen-port': agent,
    'num-cpus': 2,
    'object-store-memory': 100_000_000,
    'temp-dir': folder,
  };
  const child = ray(bin, ['--head', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)]);
  while (!(await answers(dashboard))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
      return null;
    }
    await sleep(500);
  }
  return RealHead.of(dashboard, { bin, port, child, folder });
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    get(`http://127.0.0.1:${port}/api/version`, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 401); // it is there, and wants its token
    }).on('error', () => resolve(false));
  });
