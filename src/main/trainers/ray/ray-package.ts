/**
 * What is uploaded to a cluster: a run as a package (trl/pack) in one zip, or the code alone. Named by its content, so that the same is uploaded once;
 * never a model. Deliberately absent: the upload (jobs-api.ts).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { atomicWrite } from '../../model/io/atomic-write.ts';
import { contentFiles } from '../../model/io/content-hash.ts';
import { PACK_FILES } from '../trl/pack/pack-file.ts';
import { type PackedModel, writeCode, writePackage } from '../trl/pack/write-package.ts';

/** What Ray takes in one package. */
const MOST_BYTES = 100 * 2 ** 20;
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

/** Writes the package of a run into a folder. @throws SophiaError 'usage' where it is larger than Ray takes */
export async function packRun(
  run: { readonly name: string; readonly settings: Settings },
  {
    home,
    cluster,
    codeVersion,
    into,
  }: { readonly home: string; readonly cluster: Cluster; readonly codeVersion: string; readonly into: string },
): Promise<RayPackage> {
  return inFolder(async (folder) => {
    const study = { name: run.name, hash: '', yaml: '' };
    const packed = [{ ...run, variant: '', seed: run.settings.seed }];
    const models = await writePackage(packed, { home, folder, codeVersion, study });
    const site = models.map((model) => `${model.variable}="${modelPlaces(cluster, model)}"\n`);
    writeFileSync(join(folder, PACK_FILES.site), site.join(''));
    return zipped(folder, into);
  });
}

/** Writes the package that has the code alone. */
export function packCode(into: string): Promise<RayPackage> {
  return inFolder(async (folder) => {
    writeCode(folder);
    return zipped(folder, into);
  });
}

/** Works in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-package-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function zipped(folder: string, into: string): RayPackage {
  const files = contentFiles(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
  const bytes = zipSync(Object.fromEntries(files), { mtime: FILE_TIME });
  if (bytes.length > MOST_BYTES)
    throw new SophiaError(
      'usage',
      `The run's package is ${Math.ceil(bytes.length / 2 ** 20)} MiB; Ray takes ${MOST_BYTES / 2 ** 20} MiB.`,
      'Use fewer or smaller pictures, or `sophia study pack` on a disk that the cluster sees.',
    );
  const name = `_ray_pkg_${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}.zip`;
  mkdirSync(into, { recursive: true });
  const file = join(into, name);
  if (!existsSync(file)) atomicWrite(file, (append) => append(bytes));
  return { name, file };
}
