/** A package as a job of the fake cluster finds it: its files, trainable on a plain Python. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { makePlain } from '../trl/plain/plain-python.ts';

/** Puts the files of a package into a folder. */
export function unpack(bytes: Uint8Array, folder: string): void {
  for (const [path, content] of Object.entries(unzipSync(bytes))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (existsSync(join(folder, 'sophia_trl'))) makePlain(folder);
  else mkdirSync(folder, { recursive: true });
}
