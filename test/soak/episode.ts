/** One home from its beginning to its end, its seeded choices, and what was counted on the way. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { entryAt } from '../../src/shared/values/list.ts';
import { uniformAt } from '../../src/shared/values/random.ts';
import { marked, orphans, type Program, signal, start } from './processes.ts';
import { databaseFault, leftovers } from './rows.ts';

/** Numbers by what was counted. */
export type Tally = Record<string, number>;

interface EpisodeOptions {
  readonly folder: string; // of the whole soak
  readonly seed: number;
  readonly number: number;
  readonly scene: string;
  readonly tally: Tally;
}

/** How long a program may take that nothing holds up, on a machine with much else to do. */
const PATIENCE_MS = 240_000;
/** How long processes may outlive their engine. */
const ORPHAN_MS = 15_000;

/** The episode. */
export class Episode {
  readonly home: string;
  readonly log: string;
  readonly problems: string[] = [];
  readonly #options: EpisodeOptions;
  readonly #mark: string;
  readonly #own: Tally = {};
  #drawn = 0;

  constructor(options: EpisodeOptions) {
    this.#options = options;
    this.home = join(options.folder, 'home');
    this.log = join(options.folder, 'programs.log');
    this.#mark = `SOAK_MARK=${process.pid}-${options.number}`;
    rmSync(this.home, { recursive: true, force: true });
    writeFileSync(this.log, '');
    rmSync(this.flag, { force: true });
  }

  /** A number in [low, high), the next of this episode's. */
  draw(low = 0, high = 1): number {
    const { seed, number } = this.#options;
    return low + (high - low) * uniformAt(seed, number, this.#drawn++);
  }

  pick<T>(from: readonly T[]): T {
    return entryAt(from, Math.floor(this.draw(0, from.length)), 'choice');
  }

  /** A folder of the soak that its episodes share. */
  shared(name: string): string {
    return join(this.#options.folder, name);
  }

  count(what: string): void {
    this.#own[what] = (this.#own[what] ?? 0) + 1;
    this.#options.tally[what] = (this.#options.tally[what] ?? 0) + 1;
  }

  problem(text: string, kind: 'difference' | 'orphan' | 'leftover' | 'hang' | 'fault' = 'fault'): void {
    this.problems.push(`${kind}: ${text}`);
    this.count(kind);
  }

  said(): string {
    const kills = Object.entries(this.#own).filter(([name]) => name.startsWith('kill '));
    return `${kills.reduce((sum, [, n]) => sum + n, 0)} kills (${Object.entries(this.#own)
      .map(([name, n]) => `${name.replace(/^kill /, '')} ${n}`)
      .join(', ')})`;
  }

  /** Starts a program of this episode. */
  start(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
    const [name = '', value = ''] = this.#mark.split('=');
    return start(file, args, { environment: { [name]: value, ...environment }, log: this.log });
  }

  /** Runs a program that nothing disturbs to its end and returns its exit code. */
  async run(
    file: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<number | string | null> {
    return this.over(this.start(file, args, environment), args.slice(0, 2).join(' '));
  }

  /** The end of a program; one that does not come is a hang. */
  async over(program: Program, what: string): Promise<number | string | null> {
    const late = Symbol('late');
    const end = await Promise.race([program.ended, sleep(PATIENCE_MS, late, { ref: false })]);
    if (end !== late) return end as number | string | null;
    this.problem(`${what} does not end`, 'hang');
    signal(-program.pid, 'SIGKILL');
    return program.ended;
  }

  /** Kills one process, or a group (-pid), and counts it. */
  kill(pid: number, what: string): boolean {
    const isThere = signal(pid, 'SIGKILL');
    if (isThere) this.count(`kill ${what}`);
    return isThere;
  }

  /** Waits until something holds or the program has ended or the time is over; false: it does not hold. */
  async until(holds: () => boolean, program: Program, ms = 20_000): Promise<boolean> {
    for (const began = performance.now(); performance.now() - began < ms; await sleep(5)) {
      if (holds()) return true;
      if (program.hasEnded()) return false;
    }
    return false;
  }

  /** After an engine is gone nothing of it may go on. */
  async noOrphans(after: string, ms = ORPHAN_MS): Promise<void> {
    for (const pid of await orphans(this.#mark, ms)) {
      this.problem(`process ${pid} goes on after ${after}`, 'orphan');
      signal(pid, 'SIGKILL');
    }
  }

  /** What the preloaded library asks for (no-space.c): while this file is there the disk is full. */
  get flag(): string {
    return this.shared('disk-is-full');
  }

  /** There is room on the disk again. */
  unfill(): void {
    rmSync(this.flag, { force: true });
  }

  /** Environment of a program whose disk fills when the flag is set; null where there is no compiler. */
  fullDisk(): NodeJS.ProcessEnv | null {
    const library = this.shared('no-space.so');
    const source = fileURLToPath(new URL('./no-space.c', import.meta.url));
    if (
      !existsSync(library) &&
      spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']).status !== 0
    )
      return null;
    return { LD_PRELOAD: library, SOAK_FULL: this.flag, SOAK_HOME: this.home };
  }

  /** The home is sound and holds nothing half-made. */
  checkHome(): void {
    const fault = databaseFault(this.home);
    if (fault !== null) this.problem(`the database: ${fault}`);
    for (const name of leftovers(this.home)) this.problem(name, 'leftover');
  }

  /** Nothing of the episode goes on. */
  async end(): Promise<void> {
    await this.noOrphans('the episode');
    for (const pid of marked(this.#mark)) signal(pid, 'SIGKILL');
    if (this.problems.length > 0) {
      const kept = this.shared(`kept/${this.#options.number}`);
      mkdirSync(kept, { recursive: true });
      spawnSync('cp', ['-r', this.home, this.log, kept]);
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
