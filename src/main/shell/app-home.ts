/** The home folder as the window's process sees it; the same rule as main/store/open/home.ts, which must not be bundled with Electron. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** SOPHIA_HOME, else the platform's application-data folder. */
export function homeOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (env.SOPHIA_HOME) return resolve(env.SOPHIA_HOME);
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Sophia Lab');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Sophia Lab');
  const { XDG_DATA_HOME: data } = env;
  return join(data !== undefined && isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'sophia-lab');
}
