/**
 * `npm run sbom`: what the program is made of (CycloneDX, JSON) in dist/sbom.cdx.json: npm's packages as package-lock.json pins them, and the wheels that
 * set-up takes from PyPI. Needs no network.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../setup/paths.mjs';

const WHEELS = path.join(root, 'scripts/setup/tensorflow/wheels.json');
const OUT = path.join(root, 'dist/sbom.cdx.json');

/** The bill of materials as an object. */
export async function billOfMaterials() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const { stdout } = await promisify(execFile)(npm, args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    shell: process.platform === 'win32',
  });
  const bill = JSON.parse(stdout);
  bill.metadata.component.name = 'sophia-lab';
  return { ...bill, components: [...bill.components, ...wheels()] };
}

/** Every pinned wheel once, with the platforms that take it. */
function wheels() {
  const parts = new Map();
  for (const [platform, { cpu, gpu }] of Object.entries(JSON.parse(readFileSync(WHEELS, 'utf8'))))
    for (const { name, version, file, sha256 } of [...cpu, ...gpu]) {
      const known = parts.get(file);
      if (known !== undefined) continue;
      parts.set(file, {
        'bom-ref': `pypi:${file}`,
        type: 'library',
        name,
        version,
        scope: 'optional',
        purl: `pkg:pypi/${name}@${version}?file_name=${file}`,
        hashes: [{ alg: 'SHA-256', content: sha256 }],
        properties: [{ name: 'sophia:platform', value: platform }],
      });
    }
  return [...parts.values()];
}

if (process.argv[1] === import.meta.filename) {
  const bill = await billOfMaterials();
  mkdirSync(path.dirname(OUT), { recursive: true });
  writeFileSync(OUT, `${JSON.stringify(bill, null, 2)}\n`);
  console.log(`${path.relative(root, OUT)}: ${bill.components.length} parts`);
}
