/** What the command line does to a home that holds results, killed in the middle: archives out and in, backups, restores, migrations, the trash. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { writeOlder } from '../../setup/older-database.ts';
import type { Episode } from '../episode.ts';
import { FAKE, signal } from '../processes.ts';
import { runStates, studyContent, studyNames } from '../rows.ts';
import { compare, OTHER, referenceHome, SOAKED, serve, settle } from './study.ts';

/** Kills of one piece of work before it is let go on to its end. */
const MOST_KILLS = 3;

/** Starts a verb again and again, killed once `isUnderWay`, until it has gone through; returns its exit code then. */
async function killedInside(
  episode: Episode,
  args: readonly string[],
  what: string,
  isUnderWay: () => boolean,
  longestMs: number,
): Promise<number | string | null> {
  for (let kills = Math.floor(episode.draw(1, MOST_KILLS + 1)); kills > 0; kills--) {
    const program = episode.start(FAKE, [...args, '--home', episode.home]);
    await episode.until(isUnderWay, program);
    await sleep(episode.draw(0, longestMs));
    if (!program.hasEnded()) episode.kill(-program.pid, `during ${what}`);
    const code = await episode.over(program, what);
    if (code === 0) return code; // it was quicker
  }
  return episode.run(FAKE, [...args, '--home', episode.home]);
}

const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Import, archive, backup and restore on a home with a finished study. */
export async function playStorage(episode: Episode): Promise<void> {
  const { home } = episode;
  const reference = await referenceHome(episode, SOAKED);
  const other = await referenceHome(episode, OTHER);
  cpSync(reference, home, { recursive: true });
  const imported = await killedInside(
    episode,
    ['study', 'import', `${other}.zip`],
    'import',
    () => names(home).some((name) => name.startsWith('.import-')),
    400,
  );
  const there = runStates(home, OTHER.name).length;
  // A kill after the last row was committed leaves a study that is there, and the next import says so.
  if (imported !== 0 && there !== 4) episode.problem(`the import ended with ${imported}`);
  compare(episode, OTHER, other);
  if (studyNames(home).filter((name) => name === OTHER.name).length !== 1)
    episode.problem('the study is there twice', 'difference');

  const out = join(episode.shared('out'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const file = join(out, 'a.zip');
  const archived = await killedInside(
    episode,
    ['study', 'archive', SOAKED.name, '--checkpoints', 'all', '--out', file],
    'archive',
    () => existsSync(`${file}.part`),
    300,
  );
  if (archived !== 0 || !existsSync(file)) episode.problem(`the archive ended with ${archived}`);

  const backups = join(home, 'backups');
  const made = await killedInside(
    episode,
    ['backup', 'make'],
    'backup',
    () => names(backups).some((name) => name.endsWith('.partial')),
    60,
  );
  if (made !== 0) episode.problem(`the backup ended with ${made}`);
  for (const name of names(backups).filter((name) => name.endsWith('.db'))) {
    const db = new Database(join(backups, name), { readonly: true });
    if (db.pragma('integrity_check(1)', { simple: true }) !== 'ok') episode.problem(`backup ${name} is damaged`);
    db.close();
  }
  const restored = await killedInside(
    episode,
    ['backup', 'restore'],
    'restore',
    () => existsSync(join(home, 'sophia.db.restored')) || !existsSync(join(home, 'sophia.db')),
    30,
  );
  if (restored !== 0) episode.problem(`the restore ended with ${restored}`);
  compare(episode, SOAKED, reference);
  compare(episode, OTHER, other);
  await settle(episode);
}

/** The trash is emptied while the server is killed; what is gone is gone whole, what stays is as it was. */
export async function playTrash(episode: Episode): Promise<void> {
  const reference = await referenceHome(episode, SOAKED);
  const other = await referenceHome(episode, OTHER);
  cpSync(reference, episode.home, { recursive: true });
  const code = await episode.run(FAKE, ['study', 'import', `${other}.zip`, '--home', episode.home]);
  if (code !== 0) return episode.problem(`the import ended with ${code}`);
  for (let kills = Math.floor(episode.draw(2, 5)); ; kills--) {
    const server = await serve(episode);
    if (server === null) return;
    const { program, client } = server;
    const left = [
      ...(await client.studies.list.query()).studies,
      ...(await client.studies.list.query({ trashed: true })).studies,
    ];
    const doomed = left.find(({ name }) => name === OTHER.name);
    if (doomed !== undefined) await client.studies.trash.mutate({ id: doomed.id }).catch(() => {});
    const work = client.trash.empty.mutate().catch((error: Error) => error);
    if (kills > 0) {
      await sleep(episode.draw(0, 250));
      episode.kill(program.pid, 'during trash');
      await episode.over(program, 'serve after a kill');
      await episode.noOrphans('a kill in the trash');
      continue;
    }
    const done = await work;
    if (done instanceof Error) episode.problem(`the trash cannot be emptied: ${done.message}`);
    signal(program.pid, 'SIGTERM');
    await episode.over(program, 'serve');
    break;
  }
  if (studyNames(episode.home).includes(OTHER.name)) episode.problem('the study in the trash is still there');
  compare(episode, SOAKED, reference);
  await settle(episode);
}

/** A home of an older version, killed while it is brought up to date. */
export async function playMigration(episode: Episode): Promise<void> {
  const reference = await referenceHome(episode, SOAKED);
  const old = olderHome(episode, reference);
  const wanted = await migratedContent(episode, old);
  rmSync(episode.home, { recursive: true, force: true });
  cpSync(old, episode.home, { recursive: true });
  const code = await killedInside(
    episode,
    ['study', 'unlock', SOAKED.name],
    'migration',
    () => names(join(episode.home, 'backups')).length > 0,
    80,
  );
  if (code !== 0) episode.problem(`the migration ended with ${code}`);
  await settle(episode);
  const found = studyContent(episode.home, SOAKED.name);
  if (found !== wanted) episode.problem(`after the migration: wanted ${wanted}\nfound ${found}`, 'difference');
}

/** What the study is after a migration that nothing disturbed. */
async function migratedContent(episode: Episode, old: string): Promise<string> {
  const home = `${old}-new`;
  if (!existsSync(home)) {
    cpSync(old, home, { recursive: true });
    const code = await episode.run(FAKE, ['study', 'unlock', SOAKED.name, '--home', home]);
    if (code !== 0) throw new Error(`The older home cannot be migrated: ${code}.`);
  }
  return studyContent(home, SOAKED.name);
}

/** The reference as a version before the last migration would have it; words for the search are left out. */
function olderHome(episode: Episode, reference: string): string {
  const home = episode.shared('older');
  if (existsSync(home)) return home;
  const part = `${home}-part`;
  rmSync(part, { recursive: true, force: true });
  cpSync(reference, part, { recursive: true });
  for (const end of ['', '-wal', '-shm']) rmSync(join(part, `sophia.db${end}`), { force: true });
  writeOlder(join(reference, 'sophia.db'), join(part, 'sophia.db'));
  cpSync(part, home, { recursive: true });
  rmSync(part, { recursive: true });
  writeFileSync(join(home, 'study.yaml'), SOAKED.yaml);
  return home;
}
