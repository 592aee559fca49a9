/**
 * Reads an archive into a home, whole or not at all: everything is unpacked into a folder of its own and compared with the manifest; all rows go into a database
 * of their own first, where whatever is wrong with them is found; then they go into the home's in slices, marked as unfinished and shown nowhere, so that others
 * write meanwhile. The last slice moves the folders to their places and takes the mark off. A process killed before leaves what the next one takes out. The
 * study arrives read-only: its runs are not continued until it is unlocked.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { firstOf } from '../../../shared/values/list.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { inside } from '../../model/io/path-names.ts';
import { datasetFault } from '../../tasks/import/check-dataset.ts';
import { datasetFolder, listDatasets, readManifest } from '../../tasks/import/dataset-folder.ts';
import { runFolder } from '../open/home.ts';
import { schemaNumber } from '../open/migrate.ts';
import { storeError } from '../open/store-errors.ts';
import type { RunOrigin, StudyDetail } from '../rows.ts';
import type { Store } from '../store.ts';
import { removeStudy, settleUnfinished } from '../write/slices/remove.ts';
import type { NewIds } from './insert-rows.ts';
import { type ArchivedRows, insertSliced, tryRows } from './insert-sliced.ts';
import { type ArchiveManifest, MANIFEST, parseManifest, ROWS, refused } from './manifest.ts';
import { type OpenedZip, openZip, type ZipLimits } from './read-zip.ts';
import { studyTables } from './study-tables.ts';

/** Largest manifest that is read. */
const MANIFEST_BYTES = 64 * 2 ** 20;
const FOLDERS = /^(rows\/[a-z_]+\.jsonl|runs\/\d+\/(checkpoints|reference)\/.+|datasets\/[^/]+\/.+)$/;
const DATASETS = 'datasets';

/** How to read. */
export interface ImportOptions {
  readonly limits?: ZipLimits;
  readonly expect?: string; // the manifest's hash, as it was printed when the archive was made
}

/** What came in. */
export interface ImportedStudy {
  readonly studyId: number;
  readonly name: string;
  readonly runs: number;
  readonly hash: string; // of the manifest
  readonly manifest: ArchiveManifest;
  readonly ids: NewIds;
}

/** Imports a study from an archive file. @throws SophiaError 'data' where the archive is refused, 'conflict' where the study is here already. */
export async function importArchive(
  store: Store,
  archive: string,
  options: ImportOptions = {},
): Promise<ImportedStudy> {
  const zip = await openZip(archive, options.limits);
  refuseLostHome(store.paths.home);
  const staging = mkdtempSync(join(store.paths.home, '.import-'));
  try {
    const { manifest, hash } = await unpack(zip, archive, staging, options.expect);
    await checkDatasets(store, archive, staging, manifest);
    const { database: db } = store;
    if (manifest.schema > schemaNumber(db))
      throw new SophiaError(
        'conflict',
        `${archive} was made by a newer version (schema ${manifest.schema}).`,
        'Update Sophia Lab.',
      );
    const same = store.listStudies({ archived: true }).find((study) => study.hash === manifest.study.hash);
    if (same !== undefined)
      throw new SophiaError(
        'conflict',
        `Study "${same.name}" of this home is the same study.`,
        'Import into another home, or delete that one first.',
      );
    const tables = studyTables(db).filter((table) => existsSync(inside(staging, `${ROWS}${table.name}.jsonl`)));
    const rows: ArchivedRows = { archive, folder: staging, tables };
    await tryRows(inside(staging, 'tried.db'), rows, (ids, runs) =>
      studyFault(runs, ids, foldersIn(join(staging, DATASETS))),
    );
    await settleUnfinished(store, 'import'); // of an import that was killed; there is never another at work
    const { ids, study } = await putIn(store, staging, rows, { hash, source: manifest.study.name });
    return { studyId: study.id, name: study.name, runs: study.runs, hash, manifest, ids };
  } catch (error) {
    throw storeError(error, store.paths);
  } finally {
    zip.close();
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Unpacks into `to` and compares with the manifest: nothing missing, nothing more, nothing altered. */
async function unpack(zip: OpenedZip, archive: string, to: string, expect: string | undefined) {
  const text = await zip.text(MANIFEST, MANIFEST_BYTES);
  const manifest = parseManifest(text, archive);
  const hash = hashOf(text);
  if (expect !== undefined && hash !== expect)
    throw refused(archive, `its manifest has the hash ${hash}, not ${expect}`);
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  if (listed.size < manifest.files.length) {
    const twice = manifest.files.find((file, i) => manifest.files.findIndex(({ path }) => path === file.path) !== i);
    throw refused(archive, `"${twice?.path}" appears twice in its manifest`);
  }
  const extra = zip.names.find((name) => name !== MANIFEST && !listed.has(name));
  if (extra !== undefined) throw refused(archive, `"${extra}" is not in its manifest`);
  const names = new Set(zip.names);
  const missing = manifest.files.find((file) => !names.has(file.path));
  if (missing !== undefined) throw refused(archive, `"${missing.path}" is in its manifest and not in the file`);
  const stray = manifest.files.find((file) => !FOLDERS.test(file.path));
  if (stray !== undefined) throw refused(archive, `"${stray.path}" is nothing that a study has`);
  await zip.checkRoom(to);
  for (const file of manifest.files) {
    const { bytes, sha256 } = await zip.extract(file.path, inside(to, file.path));
    if (bytes !== file.bytes || sha256 !== file.sha256)
      throw refused(archive, `"${file.path}" was altered: its hash is not the manifest's`);
  }
  return { manifest, hash };
}

/** The data sets are those of the manifest, sound, and none of them another of the same name here. */
async function checkDatasets(store: Store, archive: string, staging: string, manifest: ArchiveManifest): Promise<void> {
  const names = foldersIn(join(staging, DATASETS));
  const stray = names.find((name) => !manifest.datasets.some((set) => set.name === name));
  if (stray !== undefined) throw refused(archive, `data set "${stray}" is not in its manifest`);
  const here = listDatasets(store.paths.home);
  for (const { name, questionsHash } of manifest.datasets) {
    const why = names.includes(name) ? await datasetFault(inside(staging, `${DATASETS}/${name}`), name) : 'is missing';
    if (why !== null) throw refused(archive, `data set "${name}" ${why}`);
    const found = readManifest(inside(staging, `${DATASETS}/${name}`));
    if (found?.questionsHash !== questionsHash)
      throw refused(archive, `data set "${name}" is not the one of its manifest`);
    const known = here.find((set) => set.name.toLowerCase() === name.toLowerCase());
    if (known !== undefined && (known.name !== name || known.questionsHash !== questionsHash))
      throw new SophiaError(
        'conflict',
        `This home has another data set named "${known.name}".`,
        'Import into another home.',
      );
  }
}

/** All rows, slice by slice, then the folders; a failure in between takes out again what was put in. */
async function putIn(
  store: Store,
  staging: string,
  rows: ArchivedRows,
  origin: Pick<RunOrigin, 'hash' | 'source'>,
): Promise<{ ids: NewIds; study: StudyDetail }> {
  const moved: string[] = [];
  let studyId: number | undefined;
  let trashedAt: number | null = null;
  try {
    const ids = await insertSliced(store.database, rows, (id, row) => {
      studyId = id;
      trashedAt = row.trashed_at === null ? null : Number(row.trashed_at);
      store.beginWork('import', [{ kind: 'study', id }]);
    });
    const whole = store.database.transaction(() => {
      const id = firstOf([...(ids.get('studies')?.values() ?? [])], 'study of the archive');
      store.markImported([...(ids.get('runs')?.values() ?? [])], { format: 'archive', ...origin });
      moveFolders(store, staging, ids, moved);
      store.endImport(id, trashedAt);
      return store.study(id);
    });
    return { study: whole.immediate(), ids };
  } catch (error) {
    for (const folder of moved) rmSync(folder, { recursive: true, force: true });
    if (studyId !== undefined) await removeStudy(store, studyId).catch(() => {}); // else the next start does it
    throw error;
  }
}

/** What only the whole study shows to be wrong, or null. */
function studyFault(runs: Pick<Store, 'run'>, ids: NewIds, datasets: readonly string[]): string | null {
  const sources = new Set<string>();
  for (const id of ids.get('runs')?.values() ?? []) {
    const { name, settings, attempt, attempts } = runs.run(id);
    if (settings.data !== undefined) sources.add(settings.data.source);
    if (attempts.some((other) => other.attempt > attempt)) return `run ${name} has more attempts than it was started`;
  }
  const stray = datasets.find((name) => !sources.has(name));
  return stray === undefined ? null : `no run uses the data set "${stray}"`;
}

/** Puts the unpacked folders in their places: runs under their new numbers, data sets that are not here yet. */
function moveFolders(store: Store, staging: string, ids: NewIds, moved: string[]): void {
  const move = (from: string, to: string) => {
    refuseLostHome(to);
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
    moved.push(to);
  };
  for (const old of foldersIn(join(staging, 'runs'))) {
    const id = ids.get('runs')?.get(Number(old));
    if (id === undefined) continue; // files of a run that has no row
    const to = runFolder(store.paths, id);
    rmSync(to, { recursive: true, force: true }); // left by an import that was killed: no row names it
    move(inside(staging, `runs/${old}`), to);
  }
  const here = new Set(listDatasets(store.paths.home).map((set) => set.name));
  for (const name of foldersIn(join(staging, DATASETS)))
    if (!here.has(name)) move(inside(staging, `${DATASETS}/${name}`), datasetFolder(store.paths.home, name));
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
