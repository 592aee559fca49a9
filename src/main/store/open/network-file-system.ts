/**
 * Tells whether a folder lies on a network file system, where SQLite's locks and write-ahead log cannot be relied on (Linux only:
 * elsewhere it answers null).
 */
import { readFileSync, realpathSync } from 'node:fs';

const NETWORK =
  /^(nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|beegfs|fuse\.(sshfs|s3fs|rclone|gcsfuse|glusterfs))$/;

/** The network file system's type, such as "nfs4", or null. */
export function networkFileSystem(folder: string, mounts = readMounts()): string | null {
  let path: string;
  try {
    path = realpathSync(folder);
  } catch {
    path = folder;
  }
  let best = { point: '', type: '' };
  for (const line of mounts.split('\n')) {
    const [, rawPoint, type] = line.split(' ');
    if (rawPoint === undefined || type === undefined) continue;
    const point = rawPoint.replaceAll('\\040', ' ');
    const inside = point === '/' || path === point || path.startsWith(`${point}/`);
    if (inside && point.length >= best.point.length) best = { point, type };
  }
  return NETWORK.test(best.type) ? best.type : null;
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}
