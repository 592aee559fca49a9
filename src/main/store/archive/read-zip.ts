/**
 * Reads a zip file that may have been made to harm: every entry's name, kind and size is looked at before the first byte is written. Refused,
 * by name: paths that lead outside (.., absolute, drive letters, backslashes), names that another system would change or take for a device,
 * two names that differ in case only, links and other non-files, encryption, sizes beyond the caps, content that grows beyond its ratio.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { diskRoom, refuseIrregular } from '../../model/io/local-path.ts';
import { pathFault } from '../../model/io/path-names.ts';
import { refused } from './manifest.ts';

/** Largest archive that is taken, in bytes when unpacked; entries; and how many times an entry may grow. */
export interface ZipLimits {
  readonly bytes: number;
  readonly entries: number;
  readonly ratio: number;
}

/** The caps: rows of a study shrink about tenfold, deflate at its most about a thousandfold. */
const ZIP_LIMITS: ZipLimits = { bytes: 256 * 2 ** 30, entries: 200_000, ratio: 200 };
/** Small entries may shrink to nearly nothing. */
const RATIO_FROM_BYTES = 2 ** 20;
const REGULAR_FILE = 0o100000;
const FILE_TYPE = 0o170000;

/** An opened, checked archive. */
export interface OpenedZip {
  readonly names: readonly string[];
  /** The text of a small entry. */
  text(name: string, mostBytes: number): Promise<string>;
  /** Writes an entry to a file and returns its size and sha256. */
  extract(name: string, to: string): Promise<{ bytes: number; sha256: string }>;
  /** Throws where the disk of a folder has no room for all entries. */
  checkRoom(folder: string): Promise<void>;
  close(): void;
}

/** Opens an archive and checks every entry's header. @throws SophiaError 'data' naming the entry at fault. */
export async function openZip(archive: string, limits: ZipLimits = ZIP_LIMITS): Promise<OpenedZip> {
  const zip = await open(archive);
  try {
    const entries = await readEntries(zip, archive, limits);
    const total = [...entries.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    return {
      names: [...entries.keys()],
      async text(name, mostBytes) {
        const entry = entries.get(name);
        if (entry === undefined) throw refused(archive, `it holds no ${name}`);
        if (entry.uncompressedSize > mostBytes) throw refused(archive, `${name} is larger than ${mostBytes} bytes`);
        const chunks: Buffer[] = [];
        for await (const chunk of await streamOf(zip, entry, archive)) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks).toString('utf8');
      },
      async extract(name, to) {
        mkdirSync(dirname(to), { recursive: true });
        const hash = createHash('sha256');
        let bytes = 0;
        const counted = new Transform({
          transform(chunk: Buffer, _encoding, next) {
            bytes += chunk.length;
            hash.update(chunk);
            next(null, chunk);
          },
        });
        const source = await streamOf(zip, entries.get(name)!, archive);
        try {
          await pipeline(source, counted, createWriteStream(to, { flags: 'wx', flush: true }));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error; // the disk, not the archive
          throw refused(archive, `entry "${name}" is damaged (${(error as Error).message})`, error);
        }
        return { bytes, sha256: hash.digest('hex') };
      },
      async checkRoom(folder) {
        const { free } = await diskRoom(folder);
        if (total > free) throw refused(archive, `unpacked it takes ${total} bytes, and ${folder} has ${free} left`);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function open(archive: string): Promise<yauzl.ZipFile> {
  refuseIrregular(archive);
  try {
    const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true };
    return await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(archive, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw refused(archive, 'there is no such file', error);
    throw refused(archive, `it is not a readable zip file (${(error as Error).message})`, error);
  }
}

async function readEntries(zip: yauzl.ZipFile, archive: string, limits: ZipLimits): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > limits.entries) throw refused(archive, `it holds ${zip.entryCount} entries`);
  const entries = new Map<string, yauzl.Entry>();
  const folded = new Map<string, string>();
  let total = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', (error: Error) =>
      reject(refused(archive, `an entry's name or header is unsafe: ${error.message}`, error)),
    );
    zip.on('end', resolve);
    zip.on('entry', (entry: yauzl.Entry) => {
      const why = faultOf(entry, limits);
      const key = entry.fileName.normalize('NFC').toLowerCase();
      total += entry.uncompressedSize;
      if (why !== null) return reject(refused(archive, `entry "${entry.fileName}" ${why}`));
      if (folded.has(key))
        return reject(refused(archive, `entries "${folded.get(key)}" and "${entry.fileName}" would be the same file`));
      // Entries may share the same packed bytes, so the whole is measured too.
      if (total > RATIO_FROM_BYTES && total > limits.ratio * zip.fileSize)
        return reject(refused(archive, `unpacked it is more than ${limits.ratio} times as large (a zip bomb)`));
      if (total > limits.bytes) return reject(refused(archive, `unpacked it is larger than ${limits.bytes} bytes`));
      folded.set(key, entry.fileName);
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  return entries;
}

/** Why an entry is not taken, or null. */
function faultOf(entry: yauzl.Entry, limits: ZipLimits): string | null {
  const name = pathFault(entry.fileName);
  if (name !== null) return name;
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== REGULAR_FILE) return 'is a link or something else that is not a file';
  if (entry.isEncrypted()) return 'is encrypted';
  if (!entry.canDecodeFileData()) return `is packed by a method that is not read here (${entry.compressionMethod})`;
  const { uncompressedSize: size, compressedSize } = entry;
  if (size > RATIO_FROM_BYTES && size > limits.ratio * compressedSize)
    return `grows more than ${limits.ratio} times when unpacked (a zip bomb)`;
  return null;
}

async function streamOf(zip: yauzl.ZipFile, entry: yauzl.Entry, archive: string): Promise<Readable> {
  try {
    return await new Promise((resolve, reject) =>
      zip.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error))),
    );
  } catch (error) {
    throw refused(archive, `entry "${entry.fileName}" cannot be read (${(error as Error).message})`, error);
  }
}
