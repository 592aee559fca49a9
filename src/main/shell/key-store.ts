/**
 * Keys of endpoints, encrypted by the system's key store (Keychain, DPAPI, libsecret or KWallet) through Electron's safeStorage; the
 * ciphertext lies in HOME/window/keys.json. Where the system has no key store nothing is kept: a key is never written in plain text.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import type { KeyState } from '../../shared/app/shell-bridge.ts';
import { KEY_VARIABLE } from '../../shared/settings/base-url.ts';

const MOST_CHARACTERS = 8192;

export class KeyStore {
  readonly #file: string;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, 'keys.json');
  }

  state(): KeyState {
    return { problem: problemOf(), variables: Object.keys(this.#read()) };
  }

  /** Encrypts and keeps a key; answers with a line where it cannot. */
  store(variable: string, key: string): string | null {
    const problem = problemOf();
    if (problem !== null) return problem;
    if (!KEY_VARIABLE.test(variable)) return `"${variable}" cannot name a key.`;
    const clean = key.trim();
    if (clean === '' || clean.length > MOST_CHARACTERS || !/^[\x21-\x7e]+$/.test(clean))
      return 'Not a key: a key is one word of plain characters.';
    return this.#write({ ...this.#read(), [variable]: safeStorage.encryptString(clean).toString('base64') });
  }

  remove(variable: string): string | null {
    const { [variable]: _gone, ...rest } = this.#read();
    return this.#write(rest);
  }

  /** Every key that can be decrypted, for the engine's process alone. */
  decrypted(): Record<string, string> {
    if (problemOf() !== null) return {};
    const keys: Record<string, string> = {};
    for (const [variable, secret] of Object.entries(this.#read()))
      try {
        keys[variable] = safeStorage.decryptString(Buffer.from(secret, 'base64'));
      } catch {} // of another user or machine: it has to be given again
    return keys;
  }

  #read(): Record<string, string> {
    try {
      const found = JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, unknown>;
      const entries = Object.entries(found).filter(
        ([variable, secret]) => KEY_VARIABLE.test(variable) && typeof secret === 'string',
      );
      return Object.fromEntries(entries) as Record<string, string>;
    } catch {
      return {};
    }
  }

  #write(keys: Record<string, string>): string | null {
    try {
      writeFileSync(`${this.#file}.part`, JSON.stringify(keys), { mode: 0o600 });
      renameSync(`${this.#file}.part`, this.#file);
      return null;
    } catch (error) {
      return `The key could not be stored: ${(error as Error).message}.`;
    }
  }
}

/** Why the system's key store cannot be used, or null. On Linux, Chromium's stand-in `basic_text` encrypts with a key that everyone knows. */
function problemOf(): string | null {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend?.() : undefined;
  if (safeStorage.isEncryptionAvailable() && backend !== 'basic_text') return null;
  return 'This system has no usable key store (on Linux: GNOME Keyring or KWallet).';
}
