/** Electron's binary: where it is, or in one line why there is none. Only `npm start` asks, and only with a display. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modules, node24 } from './paths.mjs';
import { run } from './process.mjs';
import { part } from './progress.mjs';

const folder = path.join(modules, 'electron');
const failure = path.join(modules, '.sophia-electron-failed');
const TIMEOUT_MS = 120_000;
/** A failed download is not tried again for a day: a second start must be quick. */
const RETRY_MS = 24 * 60 * 60 * 1000;

/** Returns { path } or { why }; with `install: false` it only looks. */
export async function findElectron({ install = true } = {}) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { why: 'no display' };
  const found = installedElectron();
  if (found) return { path: found };
  const failedAt = statSync(failure, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!install || Date.now() - failedAt < RETRY_MS) return { why: "Electron's binary is not installed" };
  const end = part("Electron's binary");
  const result = await run(node24(), [path.join(folder, 'install.js')], { timeout: TIMEOUT_MS });
  const binary = installedElectron();
  end(binary ? 'installed' : 'absent');
  if (binary) return { path: binary };
  writeFileSync(failure, `${result.problem}\n`);
  return { why: `Electron's binary could not be downloaded (${result.problem ?? 'nothing was unpacked'})` };
}

function installedElectron() {
  try {
    const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
    const file = dist
      ? path.join(dist, 'electron')
      : path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8'));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
