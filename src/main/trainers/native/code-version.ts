/** What the code is, so that runs of other code are told apart: a hash over the program's own sources, whatever a version number says. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../..');
let known: string | undefined;

/** sha256 over names and contents of src/main and src/shared, shortened; computed once per process. */
export function codeVersion(): string {
  known ??= hashOfSources();
  return known;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['main', 'shared'])
    for (const name of (readdirSync(join(SOURCES, folder), { recursive: true }) as string[]).sort())
      if (/\.[cm]?[jt]s$/.test(name))
        hash.update(`${folder}/${name}\n`).update(readFileSync(join(SOURCES, folder, name)));
  return hash.digest('hex').slice(0, 16);
}
