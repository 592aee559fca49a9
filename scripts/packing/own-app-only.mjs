/** electron-builder's hook once Electron's files are there: an Electron that was given as a folder may hold an app already, which would go before ours. */
import { rmSync } from 'node:fs';
import path from 'node:path';

export default function ownAppOnly({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const name of ['app', 'app.asar', 'default_app.asar', 'app-update.yml'])
    rmSync(path.join(resources, name), { recursive: true, force: true });
}
