/**
 * Writes a study as one zip file: rows/TABLE.jsonl, checkpoints, data sets, manifest.json. Everything is streamed and hashed on its way; the
 * rows come from one snapshot of the database, so that an archive made beside a running study is whole.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { finished, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import yazl from 'yazl';
import { SophiaError } from '../../../shared/errors.ts';
import type { CheckpointChoice } from '../../../shared/kinds/checkpoint-choice.ts';
import { kindNamed } from '../../../shared/kinds/kind.ts';
import { THINKING, type ThinkingKind } from '../../../shared/kinds/thinking.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { schemaNumber } from '../open/migrate.ts';
import type { Row } from '../schema/check-row.ts';
import type { ReadStore } from '../store.ts';
import { filesToPack } from './archive-files.ts';
import { type ArchivedFile, type ArchiveManifest, MANIFEST, ROWS } from './manifest.ts';
import { leaving } from './portable-rows.ts';
import { StreamHold } from './stream-hold.ts';
import { type StudyTable, studyTables } from './study-tables.ts';

/** How to write. */
export interface ArchiveOptions {
  readonly checkpoints?: CheckpointChoice; // default: last
  readonly program: string; // version of the program that writes
}

/** The bytes of an archive, and its manifest with the manifest's sha256 once they have been read to the end. */
export interface ArchiveStream {
  readonly bytes: Readable;
  readonly done: Promise<{ readonly manifest: ArchiveManifest; readonly hash: string }>;
}

const ended = promisify(finished);
/** About how much of a table is handed on at a time. */
const CHUNK_CHARACTERS = 65_536;
/** Weights do not get smaller; trying costs most of the time. */
const PACKED = /\.(safetensors|png|jpe?g|webp)$/i;

/**
 * Starts an archive of a study; the caller reads `bytes`. A failure on the way destroys the stream and rejects `done`; so does a reader that
 * leaves before the end, which frees the snapshot and every file that was open.
 */
export function archiveStudy(store: ReadStore, studyId: number, options: ArchiveOptions): ArchiveStream {
  const { checkpoints = 'last', program } = options;
  const { study, cells } = store.studyMatrix(studyId, []);
  const packed = filesToPack(store, studyId, checkpoints);
  // A connection of its own holds the snapshot while the caller's goes on.
  const db = new Database(store.database.name, { readonly: true });
  db.exec('BEGIN');
  const zip = new yazl.ZipFile();
  zip.on('error', (error: Error) => void bytes.destroy(error));
  const bytes = zip.outputStream as Readable;
  const hold = new StreamHold(bytes, 'The archive', () => db.close()); // a statement that is still read holds the connection
  const files: ArchivedFile[] = [];
  const add = async (path: string, source: Readable): Promise<void> => {
    files.push(await Promise.race([addEntry(zip, path, hold.hold(source)), hold.left]));
  };
  const done = (async () => {
    try {
      for (const table of studyTables(db))
        await add(`${ROWS}${table.name}.jsonl`, rowsOf(db, table, studyId, packed.hasCheckpoint));
      for (const file of packed.files)
        await add(file.path, file.text === undefined ? createReadStream(file.from) : Readable.from([file.text]));
      const manifest: ArchiveManifest = {
        format: 'sophia-archive',
        version: 1,
        program,
        schema: schemaNumber(db),
        createdAt: new Date().toISOString(),
        study: { name: study.name, hash: study.hash, runs: cells.length },
        checkpoints,
        models: modelsOf(store, studyId),
        datasets: [...packed.datasets],
        files,
      };
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      zip.addBuffer(Buffer.from(text), MANIFEST);
      zip.end();
      await ended(bytes, { writable: false });
      return { manifest, hash: createHash('sha256').update(text).digest('hex') };
    } catch (error) {
      bytes.destroy(error as Error);
      throw error;
    } finally {
      await hold.release();
    }
  })();
  return { bytes, done };
}

/** Writes an archive to a file, which appears whole or not at all. @throws SophiaError 'environment' where the disk does not take it. */
export async function archiveToFile(store: ReadStore, studyId: number, out: string, options: ArchiveOptions) {
  const part = `${out}.part`;
  try {
    const { bytes, done } = archiveStudy(store, studyId, options);
    // Both to their end, so that nothing makes the file again that is removed below.
    const [written, made] = await Promise.allSettled([pipeline(bytes, createWriteStream(part, { flush: true })), done]);
    if (made.status === 'rejected') throw made.reason;
    if (written.status === 'rejected') throw written.reason;
    renameSync(part, out);
    return { ...made.value, bytes: statSync(out).size };
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof SophiaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new SophiaError(
      'environment',
      `The archive ${out} could not be written (${message}).`,
      'Choose another file.',
      {
        cause: error,
      },
    );
  }
}

/** Adds one entry and waits until its bytes have passed. */
async function addEntry(zip: yazl.ZipFile, path: string, source: Readable): Promise<ArchivedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  source.once('error', (error) => counted.destroy(error));
  zip.addReadStream(source.pipe(counted), path, { compress: !PACKED.test(path) });
  await ended(counted);
  return { path, bytes, sha256: hash.digest('hex') };
}

function rowsOf(
  db: Database.Database,
  table: StudyTable,
  study: number,
  hasCheckpoint: (run: number, step: number) => boolean,
) {
  const order = table.id === null ? '' : ` ORDER BY ${table.id}`;
  const columns = table.columns.map((name) => `"${name}"`).join(', ');
  const statement = db.prepare<{ study: number }, Row>(
    `SELECT ${columns} FROM ${table.name} WHERE ${table.where}${order}`,
  );
  function* lines() {
    let text = `${JSON.stringify(table.columns)}\n`;
    for (const row of statement.iterate({ study })) {
      const out = leaving(table.name, row, hasCheckpoint);
      if (out === null) continue;
      const values = table.columns.map((name) => out[name]);
      if (values.some((value) => Buffer.isBuffer(value)))
        throw new SophiaError('internal', `Table ${table.name} holds binary values, which an archive cannot.`);
      text += `${JSON.stringify(values)}\n`;
      if (text.length < CHUNK_CHARACTERS) continue;
      yield Buffer.from(text);
      text = '';
    }
    yield Buffer.from(text);
  }
  return Readable.from(lines(), { objectMode: false });
}

/** The model that rated, by the setting that named it. */
function raterName({ model, reward }: Settings): string {
  return model[kindNamed<ThinkingKind>(THINKING, reward.thinking)?.modelSetting ?? 'trm'];
}

/** The models of the study's runs, as their attempts recorded them. */
function modelsOf(store: ReadStore, studyId: number): ArchiveManifest['models'] {
  const models = new Map<string, ArchiveManifest['models'][number]>();
  for (const { id } of store.listRuns({ studyId })) {
    const { settings, attempts } = store.run(id);
    for (const { environment } of attempts) {
      if (environment === null || settings.model === undefined) continue;
      const used = [
        { role: 'policy' as const, name: settings.model.policy, hash: environment.modelHash },
        ...(environment.trmHash === null
          ? []
          : [{ role: 'trm' as const, name: raterName(settings), hash: environment.trmHash }]),
      ];
      for (const model of used) models.set(JSON.stringify(model), model);
    }
  }
  return [...models.values()];
}
