/**
 * HOME/browsers.json: the secret that the cookies of known browsers are signed with (api/http/known-browsers.ts), readable by its owner only.
 * It outlives restarts; a new one forgets every browser.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserSecret } from '../api/http/known-browsers.ts';
import { refuseLostHome } from '../model/home/home-marks.ts';
import { readWhole } from '../model/io/local-path.ts';

const fileOf = (home: string) => join(home, 'browsers.json');

/** The secret of one home, as its server asks for it. */
export class BrowserSecrets {
  readonly #home: string;
  #secret: BrowserSecret;

  /** Reads the home's secret; makes one where there is none or the file is damaged. */
  constructor(home: string) {
    this.#home = home;
    this.#secret = kept(home) ?? made(home, randomBytes(4).toString('hex'));
  }

  get secret(): BrowserSecret {
    return this.#secret;
  }

  /** Another secret under the same cookie's name: no browser is known any more. */
  forget(): void {
    this.#secret = made(this.#home, this.#secret.id);
  }
}

function kept(home: string): BrowserSecret | null {
  try {
    const { id, secret } = JSON.parse(readWhole(fileOf(home))) as Partial<BrowserSecret>;
    return /^[0-9a-f]{8}$/.test(id ?? '') && /^[\w-]{43}$/.test(secret ?? '') ? { id: id!, secret: secret! } : null;
  } catch {
    return null; // none yet, or not JSON
  }
}

/** Where the home cannot be written, browsers are known until the engine ends. */
function made(home: string, id: string): BrowserSecret {
  const secret = { id, secret: randomBytes(32).toString('base64url') };
  try {
    refuseLostHome(home);
    const part = `${fileOf(home)}.part`;
    rmSync(part, { force: true });
    writeFileSync(part, `${JSON.stringify(secret)}\n`, { mode: 0o600 });
    renameSync(part, fileOf(home));
  } catch (error) {
    const why = (error as Error).message;
    console.error(`sophia: ${fileOf(home)} cannot be written (${why}); browsers stay known until the engine ends.`);
  }
  return secret;
}
