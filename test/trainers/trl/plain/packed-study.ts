/** A study packed by the command line, and trained by a plain Python. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sophia } from '../../../e2e/command-line.ts';
import { makePlain, PYTHON } from './plain-python.ts';

/** The environment that packages are trained in. */
export const TRAINING_HERE = { ...process.env, SOPHIA_NODE: process.execPath, PYTHONDONTWRITEBYTECODE: '1' };

/** Packs a study file into the folder `pack` of another and makes it trainable here; its home is `lab` there. */
export async function packStudy(folder: string, study: string, target = 'folder'): Promise<string> {
  const [file, out, lab] = [join(folder, 'study.yaml'), join(folder, 'pack'), join(folder, 'lab')];
  writeFileSync(file, study);
  const { code, error } = await sophia('study', 'pack', file, '--for', target, '--out', out, '--home', lab);
  assert.equal(code, 0, error);
  makePlain(out);
  const site = readFileSync(join(out, 'site.env'), 'utf8').replace('PYTHON=venv/bin/python', `PYTHON=${PYTHON}`);
  writeFileSync(join(out, 'site.env'), site);
  return out;
}

/** Runs run.py of a package to its end. */
export function train(pack: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { ...TRAINING_HERE, ...environment };
  return spawnSync(PYTHON, ['run.py', ...args], { cwd: pack, encoding: 'utf8', env });
}
