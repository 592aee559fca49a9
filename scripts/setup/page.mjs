/** The page of src/renderer, built by Vite into dist/renderer when its sources are newer than the last build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { modules, node24, root, workFolder } from './paths.mjs';
import { run } from './process.mjs';
import { part } from './progress.mjs';

const stamp = path.join(workFolder, 'page');
const configs = ['vite.config.ts', 'vite.config.mjs', 'src/renderer/vite.config.ts'];

/** Builds the page if it changed; throws one line when Vite cannot. Does nothing while there is no page in the sources. */
export async function buildPage() {
  const config = configs.find((name) => existsSync(path.join(root, name)));
  if (config === undefined) return;
  const sources = fingerprint(config);
  const built =
    existsSync(path.join(root, 'dist/renderer/index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8');
  if (built === sources) return;
  const end = part('page');
  const vite = path.join(modules, 'vite/bin/vite.js');
  const folder = path.join(root, path.dirname(config));
  const result = await run(node24(), [vite, 'build', '--logLevel', 'warn', '--config', path.join(root, config)], {
    cwd: folder,
  });
  if (!result.ok) {
    end('failed');
    throw new Error(`the page cannot be built: ${result.problem}`);
  }
  mkdirSync(workFolder, { recursive: true });
  writeFileSync(stamp, sources);
  end('built');
}

/** Changes whenever a file that goes into the page does: names, sizes and times, which is quicker than reading them. */
function fingerprint(config) {
  const hash = createHash('sha256');
  const add = (file) => {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  };
  for (const folder of ['src/renderer', 'src/shared', 'src/main/api', 'src/main/services']) {
    for (const name of readdirSync(path.join(root, folder), { recursive: true }).sort()) add(path.join(folder, name));
  }
  for (const file of [config, 'package-lock.json']) add(file);
  return hash.digest('hex');
}
