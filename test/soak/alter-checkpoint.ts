/** A checkpoint that was altered while nobody looked: one bit of its newest file. */
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Episode } from './episode.ts';
import { runStates } from './rows.ts';

/** Flips a bit of the newest checkpoint of a run that is not finished; what it returns puts the file back where it is still that one. */
export function alterCheckpoint(episode: Episode, study: string): (() => void) | null {
  const open = runStates(episode.home, study).filter(({ state }) => state !== 'finished');
  const files = open.flatMap(({ id }) => newestFiles(join(episode.home, 'runs', String(id), 'checkpoints')));
  if (files.length === 0) return null;
  const file = episode.pick(files);
  const good = episode.shared('good-copy');
  copyFileSync(file, good);
  const bytes = readFileSync(file);
  const at = Math.floor(episode.draw(0, bytes.length));
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(episode.draw(0, 8)));
  writeFileSync(file, bytes);
  episode.count('altered checkpoint');
  return () => {
    if (existsSync(file) && readFileSync(file).equals(bytes)) copyFileSync(good, file);
  };
}

function newestFiles(checkpoints: string): string[] {
  if (!existsSync(checkpoints)) return [];
  const steps = readdirSync(checkpoints).filter((name) => /^step-\d+/.test(name));
  const newest = steps.sort((a, b) => Number(/\d+/.exec(a)![0]) - Number(/\d+/.exec(b)![0])).at(-1);
  if (newest === undefined) return [];
  const place = join(checkpoints, newest);
  if (statSync(place).isFile()) return [place];
  return readdirSync(place)
    .map((name) => join(place, name))
    .filter((name) => statSync(name).isFile() && statSync(name).size > 0);
}
