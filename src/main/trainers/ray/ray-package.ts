/**
 * What is uploaded to a cluster: a run as a package (trl/pack) in one zip, or the code alone. Named by its content, so that the same is uploaded once;
 * never a model. Deliberately absent: the upload (jobs-api.ts).
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { atomicWrite } from '../../model/io/atomic-write.ts';
import { contentFiles } from '../../model/io/content-hash.ts';
import { PACK_FILES } from '../trl/pack/pack-file.ts';
import { type PackedModel, writeCode, writePackage } from '../trl/pack/write-package.ts';
import { RUN_FILES } from '../trl/run-file.ts';

/** What Ray takes in one package (DASHBOARD_CLIENT_MAX_SIZE of ray_constants.py). */
const MOST_BYTES = 100 * 2 ** 20;
/** What folders begin with in which packages are put together. */
const HALF = 'sophia-package-';
/** The time of every file in a zip: the same content is the same zip. */
const FILE_TIME = new Date(2000, 0, 1);

/** A package on this machine. */
export interface RayPackage {
  readonly name: string; // _ray_pkg_HASH.zip, as Ray wants it
  readonly file: string;
}

/** Where a model may lie on a cluster, in the order in which it is looked for. */
export function modelPlaces({ storage }: Cluster, { name, folder }: Pick<PackedModel, 'name' | 'folder'>): string {
  return [`${storage}/models/${name}`, folder].join(':');
}

/** Where a run's package is written from and to. */
export interface PackRunOptions {
  readonly home: string;
  readonly cluster: Cluster;
  readonly codeVersion: string;
  readonly into: string;
  /** Bytes that one package may have, where a test wants fewer. */
  readonly most?: number | undefined;
  /** Puts the pictures of a folder into the cluster's storage; resolves to the folder that has them there. */
  readonly place: (pictures: string) => Promise<string>;
}

/**
 * Writes the package of a run into a folder. Pictures that make it larger than Ray takes are put into the cluster's storage, and named.
 * @throws SophiaError 'usage' where it is larger than Ray takes without them
 */
export async function packRun(
  run: { readonly name: string; readonly settings: Settings },
  { home, cluster, codeVersion, into, most = MOST_BYTES, place }: PackRunOptions,
): Promise<RayPackage> {
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(into))
    if (name.startsWith(HALF)) rmSync(join(into, name), { recursive: true, force: true }); // of an engine that was killed
  return inFolder(async (folder) => {
    const study = { name: run.name, hash: '', yaml: '' };
    const packed = [{ ...run, variant: '', seed: run.settings.seed }];
    const models = await writePackage(packed, { home, folder, codeVersion, study });
    const site = models.map((model) => `${model.variable}="${modelPlaces(cluster, model)}"\n`);
    writeFileSync(join(folder, PACK_FILES.site), site.join(''));
    const pictures = join(folder, RUN_FILES.pictures);
    const whole = pictureBytes(pictures) > most ? null : zipped(folder);
    if (whole !== null && whole.length <= most) return kept(whole, into);
    if (pictureBytes(pictures) > 0) {
      writeFileSync(join(folder, PACK_FILES.site), [...site, `SOPHIA_PICTURES="${await place(pictures)}"\n`].join(''));
      rmSync(pictures, { recursive: true });
    }
    const rest = zipped(folder);
    if (rest.length <= most) return kept(rest, into);
    throw new SophiaError(
      'usage',
      `The run's package is ${inMiB(rest.length)} MiB without its pictures; Ray takes ${inMiB(most)} MiB.`,
      'Give the run fewer steps or questions, or use `sophia study pack` on a disk that the cluster sees.',
    );
  }, into);
}

/** Bytes of the pictures of a package; 0 where it has none. */
const pictureBytes = (folder: string): number =>
  existsSync(folder) ? readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) : 0;

/** Bytes in MiB for messages, rounded up to a tenth: what is told to be enough is. */
export const inMiB = (bytes: number): string => (Math.ceil((bytes / 2 ** 20) * 10) / 10).toString();

/** Writes the package that has the code alone, and what `add` puts beside it. */
export function packCode(into: string, add: (folder: string) => void = () => {}): Promise<RayPackage> {
  return inFolder(async (folder) => {
    writeCode(folder);
    add(folder);
    return kept(zipped(folder), into);
  });
}

/** Works in a folder that is gone afterwards, made within another. */
export async function inFolder<T>(work: (folder: string) => Promise<T>, within = tmpdir()): Promise<T> {
  const folder = mkdtempSync(join(within, HALF));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function zipped(folder: string): Uint8Array {
  const files = contentFiles(folder).map((name) => {
    const content = readFileSync(join(folder, name));
    return [name, name.endsWith('.png') ? ([content, { level: 0 }] as const) : content] as const; // packed already
  });
  return zipSync(Object.fromEntries(files) as Zippable, { mtime: FILE_TIME });
}

function kept(bytes: Uint8Array, into: string): RayPackage {
  const name = `_ray_pkg_${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}.zip`;
  mkdirSync(into, { recursive: true });
  const file = join(into, name);
  if (!existsSync(file)) atomicWrite(file, (append) => append(bytes));
  return { name, file };
}
