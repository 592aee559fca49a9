/**
 * HOME/browsers.json: the secret that the cookies of known browsers are signed with (api/http/known-browsers.ts), readable by its owner only.
 * It outlives restarts; a new one forgets every browser.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserSecret } from '../api/http/known-browsers.ts';

const fileOf = (home: string) => join(home, 'browsers.json');

/** The home's secret; made where there is none or the file is damaged. */
export function browserSecret(home: string): BrowserSecret {
  try {
    const { id, secret } = JSON.parse(readFileSync(fileOf(home), 'utf8')) as Partial<BrowserSecret>;
    if (/^[0-9a-f]{8}$/.test(id ?? '') && /^[\w-]{43}$/.test(secret ?? '')) return { id: id!, secret: secret! };
  } catch {} // none yet, or not JSON
  return newBrowserSecret(home, randomBytes(4).toString('hex'));
}

/**
 * Another secret under the same cookie's name: no browser is known any more. Where the home cannot be written, browsers are known until the
 * engine ends.
 */
export function newBrowserSecret(home: string, id: string): BrowserSecret {
  const made = { id, secret: randomBytes(32).toString('base64url') };
  try {
    const part = `${fileOf(home)}.part`;
    rmSync(part, { force: true });
    writeFileSync(part, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    renameSync(part, fileOf(home));
  } catch (error) {
    console.error(
      `sophia: ${fileOf(home)} cannot be written (${(error as Error).message}); tabs stay known until the engine ends.`,
    );
  }
  return made;
}
