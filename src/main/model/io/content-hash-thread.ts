/**
 * Content hashes for a process that must go on answering: made in a thread beside it, one after the other (a disk is read fastest in
 * order), and for models remembered while size, time and inode of every file stay.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ContentChoice, type ContentHash, contentFiles } from './content-hash.ts';
import type { HashAnswer, HashRequest } from './content-hash-worker.ts';

/** A file changed this shortly before may change again within the same tick of the file system's clock: it is not remembered. */
const SETTLED_MS = 2000;

let queue: Promise<unknown> = Promise.resolve();

/**
 * contentHash in another thread. It reads the files whatever is known of them, as a check of what was recorded must: an altered bit need not
 * alter size or time. Rejects with the file system's error.
 */
export function hashInThread(path: string, choice: ContentChoice = {}): Promise<ContentHash> {
  const asked = queue.then(() => askThread({ path, choice }));
  queue = asked.catch(() => {});
  return asked;
}

interface Known {
  readonly identity: string;
  readonly hash: Promise<ContentHash>;
}
const known = new Map<string, Known>();

/** hashInThread, remembered: asked again it costs a look at the files' sizes, times and inodes. Throws where they cannot be looked at. */
export function rememberedHash(path: string, choice: ContentChoice = {}): Promise<ContentHash> {
  const { identity, newest } = identityOf(path, choice);
  const key = `${path}\0${choice.withoutHidden ?? false}`;
  const before = known.get(key);
  if (before?.identity === identity) return before.hash;
  const hash = hashInThread(path, choice);
  const entry = { identity, hash };
  known.set(key, entry);
  const forget = () => known.get(key) === entry && known.delete(key);
  hash
    .then(() => {
      if (Date.now() - newest < SETTLED_MS || identityOf(path, choice).identity !== identity) forget();
    })
    .catch(forget);
  return hash;
}

/** Names, sizes, times and inodes of the files in one text, and the newest time (ms since 1970). */
function identityOf(path: string, choice: ContentChoice): { identity: string; newest: number } {
  let newest = 0;
  const lines = contentFiles(path, choice).map((name) => {
    const { size, mtimeNs, ctimeNs, ctimeMs, ino } = statSync(join(path, name), { bigint: true });
    newest = Math.max(newest, Number(ctimeMs));
    return `${name}\0${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  });
  return { identity: lines.join('\n'), newest };
}

/** A thread for each request: a started one costs 50 ms and 10 MiB, which nobody needs to keep between the few that there are. */
function askThread(request: HashRequest): Promise<ContentHash> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./content-hash-worker.ts', import.meta.url), { workerData: request });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`The thread that hashes files ended with code ${code}.`)));
    thread.once('message', (answer: HashAnswer) => {
      if ('hash' in answer) resolve(answer);
      else reject(Object.assign(new Error(answer.message), { code: answer.code }));
    });
  });
}
