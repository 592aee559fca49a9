/**
 * Where a checkpoint lies that is named by URI: relative to its run's folder where it lies in it, so that a home can be moved; `file:` is another
 * place of this machine; any other scheme is known to the run's trainer only.
 */
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The path of this machine that a URI means, relative ones within `folder`; null where it lies elsewhere, or is no URI. */
export function localPath(uri: string, folder: string): string | null {
  try {
    const url = new URL(uri, pathToFileURL(folder + sep));
    return url.protocol === 'file:' ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}
