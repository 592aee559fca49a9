/** The npm packages of package-lock.json, without their install scripts (those download from outside the registries). */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modules, nodePackageFolder, root, workFolder } from './paths.mjs';
import { run } from './process.mjs';
import { installMarker } from './stamp.mjs';

/** Makes node_modules match package-lock.json; throws one line when npm cannot. `part` starts the progress line. */
export async function installPackages(part) {
  const broken = existsSync(installMarker);
  if (!broken && packagesMatch()) return;
  const fresh = broken || !existsSync(modules);
  const end = part('npm packages');
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(installMarker, '');
  // `npm ci` empties node_modules first, which would pull the ground from under a running engine: only where there is none.
  const command = fresh ? ['ci'] : ['install', '--no-save'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Always those for development too, whatever NODE_ENV says: the page is built from them.
  const options = ['--include=dev', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'];
  const result = await run(npm, [...command, ...options], { cwd: root });
  if (!result.ok) {
    end('failed');
    throw new Error(
      `npm ${command[0]} failed: ${result.problem}. Check the network and that npm works, then start again.`,
    );
  }
  rmSync(installMarker, { force: true });
  end('installed');
}

/** Puts Node 24 where `node_modules/node/bin` is expected on a PATH; a hard link, so it costs nothing. */
export function linkNode24() {
  const folder = nodePackageFolder();
  const source = folder && path.join(folder, 'bin/node');
  if (source === undefined || !existsSync(source)) return;
  const target = path.join(modules, 'node/bin/node');
  if (statSync(target, { throwIfNoEntry: false })?.ino === statSync(source).ino) return;
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  linkSync(source, temporary);
  renameSync(temporary, target);
}

/** Whether what npm noted in node_modules equals package-lock.json (packages of other platforms aside). */
function packagesMatch() {
  try {
    const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')).packages;
    const same = ([name, entry]) => wanted[name]?.version === entry.version && existsSync(path.join(root, name));
    if (!Object.entries(installed).every(same)) return false;
    return Object.entries(wanted).every(
      ([name, entry]) => name === '' || entry.optional || entry.peer || installed[name],
    );
  } catch {
    return false;
  }
}
