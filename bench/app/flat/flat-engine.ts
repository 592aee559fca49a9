/** The engine of flat.ts: with the tests' trainer, and told by its parent when to collect its garbage and say what it holds. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../../src/main/engine/start-engine.ts';
import { FAKE_PARTS } from '../../../test/trainers/fake/fake-trainer.ts';

/** What the engine holds at a moment. */
export interface Held {
  readonly rss: number; // bytes, of the engine's process
  readonly heap: number; // bytes, after a garbage collection
  readonly outside: number; // bytes of buffers and of other memory that the heap's objects hold
  readonly handles: number; // open files, sockets, pipes
  readonly threads: number;
  readonly wal: number; // bytes of the database's log
  readonly database: number; // bytes
}

const home = process.argv[2] ?? '';
const { url, token, stop } = await startEngine({ ...FAKE_PARTS, home, parallel: 2 });

async function held(): Promise<Held> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await sleep(50); // what the collection let go of closes its files
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const size = (name: string) => statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0;
  const status = readFileSync('/proc/self/status', 'utf8');
  return {
    ...{ rss, heap: heapUsed, outside: external, wal: size('sophia.db-wal'), database: size('sophia.db') },
    handles: readdirSync('/proc/self/fd').length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)?.[1]),
  };
}

/** What the handles lead to, and how often: for a leak's name. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fd of readdirSync('/proc/self/fd')) {
    let to = '?';
    try {
      to = readlinkSync(`/proc/self/fd/${fd}`)
        .replace(/\[\d+\]/, '')
        .replace(home, 'HOME');
    } catch {} // the one that listed them
    counts[to] = (counts[to] ?? 0) + 1;
  }
  return counts;
}

process.on('message', (asked: 'held' | 'handles' | 'stop') => {
  if (asked === 'held') void held().then((answer) => process.send?.(answer));
  else if (asked === 'handles') process.send?.(handles());
  else void stop().then(() => process.exit(0));
});
process.send?.({ url, token });
