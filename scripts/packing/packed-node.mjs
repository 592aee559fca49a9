/** Where the packed app has its Node 24. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The program's path, or undefined where npm has no Node 24 for this system. */
export function packedNode(unpacked) {
  const packages = path.join(unpacked, 'node_modules');
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return readdirSync(packages)
    .filter((name) => /^node-/.test(name))
    .map((name) => path.join(packages, name, file))
    .find((one) => existsSync(one));
}
