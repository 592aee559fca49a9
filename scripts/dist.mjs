/**
 * `npm run dist`: the packed app in dist/app by electron-builder (electron-builder.yml), installers of the system it runs on. Where Electron or
 * the installers' helper tools cannot be downloaded, on Linux: `npm run dist -- --electron FOLDER` takes an unpacked Electron and makes
 * the app's folder and a tar.gz of it; `--folder-only` leaves the tar.gz out.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { buildPage } from './setup/page.mjs';
import { root } from './setup/paths.mjs';
import { setUp } from './setup.mjs';

/** The first Electron that knows the fuse grantFileProtocolExtraPrivileges. */
const FUSE_SINCE = 29;

/** Packs the app into `out` (default dist/app) and resolves to its files' places; throws an Error of one line. */
export async function pack({ electron, electronVersion, folderOnly = false, out } = {}) {
  await setUp();
  await buildPage();
  const { buildShell } = await import('../src/main/shell/build.mjs');
  await buildShell();
  const { build, Platform } = await import('electron-builder');
  const config = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8'));
  if (out !== undefined) config.directories.output = path.resolve(out);
  const given = { publish: 'never', projectDir: root };
  if (electron !== undefined) {
    config.electronDist = path.resolve(electron);
    config.electronVersion = electronVersion ?? versionOf(config.electronDist);
    if (Number.parseInt(config.electronVersion, 10) < FUSE_SINCE)
      delete config.electronFuses.grantFileProtocolExtraPrivileges;
    given.targets = Platform.LINUX.createTarget(folderOnly ? 'dir' : 'tar.gz');
  }
  // As a file of its own: a configuration given as an object would be laid over electron-builder.yml, which can take no fuse away.
  const file = path.join(root, 'dist/electron-builder.json');
  writeFileSync(file, JSON.stringify(config, null, 2));
  await build({ ...given, config: file });
  return path.resolve(root, config.directories.output);
}

/** The version of an unpacked Electron, from the file that its releases hold. */
function versionOf(folder) {
  const file = path.join(folder, 'version');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '');
  throw new Error(`${file} is not there: give --electron-version too`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      electron: { type: 'string' },
      'electron-version': { type: 'string' },
      'folder-only': { type: 'boolean' },
    },
  });
  try {
    const out = await pack({
      electron: values.electron,
      electronVersion: values['electron-version'],
      folderOnly: values['folder-only'],
    });
    for (const name of readdirSync(out)) console.log(path.join(out, name));
  } catch (error) {
    console.error(`dist: ${error.message}`);
    process.exitCode = 1;
  }
}
