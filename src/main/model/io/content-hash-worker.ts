/** The thread of content-hash-thread.ts: one path in, its hash or the failure out. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ContentChoice, type ContentHash, contentHash } from './content-hash.ts';

/** What is asked of the thread. */
export interface HashRequest {
  readonly path: string;
  readonly choice: ContentChoice;
}

/** Its answer; `code` is the file system's, such as ENOENT. */
export type HashAnswer = ContentHash | { readonly message: string; readonly code: string | undefined };

function answer({ path, choice }: HashRequest): HashAnswer {
  try {
    return contentHash(path, choice);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { message, code };
  }
}

parentPort?.postMessage(answer(workerData as HashRequest));
