/**
 * `npm run dist`: the packed app in dist/app by electron-builder (electron-builder.yml). On Linux first the app's folder, from Electron's files that npm
 * installed, an unpacked Electron given by `--electron FOLDER`, or a download; then an installer of each kind. One whose helper tool cannot be
 * downloaded is told in a line and left out, but for the tar.gz, which the system's tar makes too.
 * `--folder-only` makes no installer. On macOS and Windows what electron-builder.yml says.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { buildPage } from './setup/page.mjs';
import { modules, root } from './setup/paths.mjs';
import { setUp } from './setup.mjs';

/** The first Electron that knows the fuse grantFileProtocolExtraPrivileges. */
const FUSE_SINCE = 29;

/**
 * Packs the app into `out` (default dist/app). Resolves to { folder, failed }: the app's folder (on Linux, else undefined), and a line for each
 * installer that could not be made. Throws an Error of one line where there is no app at all.
 */
export async function pack({ electron, electronVersion, folderOnly = false, out } = {}) {
  await setUp();
  await buildPage();
  const { buildShell } = await import('../src/main/shell/build/build-shell.mjs');
  await buildShell();
  const { buildRules } = await import('../src/main/trainers/trl/build/build-rules.mjs');
  await buildRules();
  const { writeIcons } = await import('./packing/icons.mjs');
  await writeIcons();
  const { build, Platform } = await import('electron-builder');
  const config = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8'));
  if (out !== undefined) config.directories.output = path.resolve(out);
  useElectron(config, electron ?? installedElectron(), electronVersion);
  // As a file of its own: a configuration given as an object would be laid over electron-builder.yml, which can take no fuse away.
  const file = path.join(root, 'dist/electron-builder.json');
  writeFileSync(file, JSON.stringify(config, null, 2));
  const given = { publish: 'never', projectDir: root, config: file };
  if (process.platform !== 'linux') {
    await build(given);
    return { folder: undefined, failed: [] };
  }
  await build({ ...given, targets: Platform.LINUX.createTarget('dir') }).catch((error) => {
    if (config.electronDist !== undefined) throw new Error(firstLine(error));
    throw new Error(`Electron cannot be downloaded (${firstLine(error)}); give an unpacked one with --electron FOLDER`);
  });
  const output = path.resolve(root, config.directories.output);
  const folder = path.join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
  const failed = [];
  for (const target of folderOnly ? [] : config.linux.target) {
    const one = { ...given, prepackaged: folder, targets: Platform.LINUX.createTarget(target) };
    await build(one).catch((error) => {
      if (target !== 'tar.gz' || !tarOf(folder, output)) failed.push(`no ${target}: ${firstLine(error)}`);
    });
  }
  return { folder, failed };
}

/** The app's folder as a tar.gz by the system's tar, for want of electron-builder's own helper; false where there is no tar. */
export function tarOf(folder, output) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const name = `sophia-lab-${version}-linux-${process.arch}`;
  const [file, part] = [path.join(output, `${name}.tar.gz`), path.join(output, `${name}.part`)];
  const renamed = `s,^${path.basename(folder)},${name},`;
  const made = spawnSync('tar', ['-czf', part, '--transform', renamed, '-C', output, path.basename(folder)]);
  if (made.status !== 0) {
    rmSync(part, { force: true });
    return false;
  }
  renameSync(part, file);
  return true;
}

/** Takes Electron's files from a folder instead of a download. */
function useElectron(config, folder, version) {
  if (folder === undefined) return;
  config.electronDist = path.resolve(folder);
  config.electronVersion = version ?? versionOf(config.electronDist);
  if (Number.parseInt(config.electronVersion, 10) < FUSE_SINCE)
    delete config.electronFuses.grantFileProtocolExtraPrivileges;
}

/** The Electron that npm's package has downloaded, or undefined. */
function installedElectron() {
  const folder = path.join(modules, 'electron/dist');
  return existsSync(path.join(folder, 'version')) ? folder : undefined;
}

/** The version of an unpacked Electron, from the file that its releases hold. */
function versionOf(folder) {
  const file = path.join(folder, 'version');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '');
  throw new Error(`${file} is not there: give --electron-version too`);
}

function firstLine(error) {
  return error.message.trim().split('\n')[0].slice(0, 200);
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
    const { folder, failed } = await pack({
      electron: values.electron,
      electronVersion: values['electron-version'],
      folderOnly: values['folder-only'],
    });
    const out = folder === undefined ? path.join(root, 'dist/app') : path.dirname(folder);
    for (const name of readdirSync(out).filter((one) => !one.startsWith('builder-'))) console.log(path.join(out, name));
    for (const line of failed) console.error(`dist: ${line}; the app's folder works without it: ${folder}`);
  } catch (error) {
    console.error(`dist: ${error.message}`);
    process.exitCode = 1;
  }
}
