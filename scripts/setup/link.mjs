/** Puts the cache's files into the clone without copying them: hard links, else symbolic links, else copies. */
import { copyFileSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Makes `target` hold exactly the files of `source`, folders included; every file appears in one step, so a running process is not disturbed. */
export function linkFolder(source, target) {
  mkdirSync(target, { recursive: true });
  const names = readdirSync(source);
  for (const name of names) {
    const link = statSync(path.join(source, name)).isDirectory() ? linkFolder : linkFile;
    link(path.join(source, name), path.join(target, name));
  }
  for (const name of readdirSync(target)) {
    if (!names.includes(name)) rmSync(path.join(target, name), { recursive: true, force: true });
  }
}

function linkFile(source, target) {
  if (statSync(target, { throwIfNoEntry: false })?.ino === statSync(source).ino) return;
  const temporary = `${target}.${process.pid}`;
  for (const link of [linkSync, symlinkSync, copyFileSync]) {
    try {
      link(source, temporary);
      renameSync(temporary, target);
      return;
    } catch (error) {
      rmSync(temporary, { force: true });
      if (link === copyFileSync) throw new Error(`${target} cannot be written (${error.code})`);
    }
  }
}
