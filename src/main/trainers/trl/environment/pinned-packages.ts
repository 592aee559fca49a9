/** What trainers/trl/pyproject.toml pins, read from there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the Python package, which runs from where it lies. */
export const PACKAGE = fileURLToPath(new URL('../../../../../trainers/trl/', import.meta.url));

const project = (): string => readFileSync(join(PACKAGE, 'pyproject.toml'), 'utf8');

/** What every run needs. */
export function pinnedPackages(): string[] {
  const list = /^dependencies = \[([\s\S]*?)^\]/m.exec(project())?.[1] ?? '';
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
}

/** The package of an extra that single settings need. @throws Error where the project has no such extra */
export function pinnedExtra(extra: string): string {
  const name = new RegExp(`^${extra} = \\["([^"]+)"\\]`, 'm').exec(project())?.[1];
  if (name === undefined) throw new Error(`pyproject.toml has no extra ${extra}`);
  return name;
}
