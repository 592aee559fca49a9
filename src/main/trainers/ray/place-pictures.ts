/**
 * Puts the pictures of a package that is larger than Ray takes into the cluster's storage, each by the hash of its content, so that none is written
 * twice however many runs show it: from here where this machine sees the storage, else through small jobs whose own packages carry them. They stay
 * there; jobs hold each against its hash before they train. Deliberately absent: which packages are too large (ray-package.ts).
 */
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import { atomicWrite } from '../../model/io/atomic-write.ts';
import { RUN_FILES } from '../trl/run-file.ts';
import type { JobsApi } from './jobs-api.ts';
import { inFolder, inMiB, packCode } from './ray-package.ts';
import { runSmallJob } from './small-job.ts';

const lacksSchema = z.object({
  missing: z.array(z.int().min(0)),
  freeBytes: z.number(),
  seesMarker: z.boolean(),
  problem: z.string().nullable(),
});
const placedSchema = z.object({ problem: z.string().nullable() });

/** Names of the pictures that are asked for, in the package of the job that looks. */
const NAMES = 'names.txt';
/** Bytes of pictures that one job carries. */
const PART = 64 << 20;
/** What is worth sending that way; more is copied by hand, or from a machine that sees the storage. */
const MOST_GIB = 8;
/** Bytes of the storage that are left free. */
const SPARE = 1e9;

/** Where pictures go, and how. */
export interface Placing {
  readonly cluster: Cluster;
  readonly api: JobsApi;
  readonly id: string; // what the ids of its jobs begin with
  readonly pollMs: number;
  /** Does something until the cluster has answered. */
  readonly until: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told what is under way. */
  readonly say: (what: string) => void;
  /** Whether it is to be given up. */
  readonly isEnding: () => boolean;
  /** Whether this machine may see the storage; a file that the cluster is asked for decides. */
  readonly maySeeStorage: (storage: string) => boolean;
  /** Bytes of pictures that one job carries, where a test wants several. */
  readonly part?: number;
}

/** The folder of all pictures there. */
export const picturesFolder = ({ storage }: Cluster): string => `${storage}/sophia/pictures`;

/**
 * Puts the pictures of a folder there, those that are not; resolves once all of them are.
 * @throws SophiaError where the storage has no room, cannot be written, or more is to be sent than is worth it
 */
export async function placePictures(folder: string, placing: Placing): Promise<void> {
  const { cluster, until, say } = placing;
  const names = readdirSync(folder).sort();
  say(`Looking which of ${names.length} pictures are in the storage of ${cluster.name}.`);
  const { missing, isHere } = await until(() => lacking(folder, names, placing));
  const bytes = sizeOf(folder, missing);
  if (isHere) return copyHere(folder, missing, placing);
  if (bytes > MOST_GIB * 2 ** 30)
    throw new SophiaError(
      'usage',
      `The run's pictures are ${(bytes / 2 ** 30).toFixed(1)} GiB, and this machine does not see ${cluster.storage} of ${cluster.name}.`,
      `Mount it here under that path, or start the study on a machine that sees it; up to ${MOST_GIB} GiB are sent.`,
    );
  let sent = 0;
  for (const part of parts(folder, missing, placing.part ?? PART)) {
    say(`Sending pictures to the storage of ${cluster.name}: ${inMiB(sent)} of ${inMiB(bytes)} MiB.`);
    await until(() => send(folder, part, placing));
    sent += sizeOf(folder, part);
  }
}

/** Which pictures the storage lacks, or has altered, and whether it is seen from here. */
async function lacking(
  folder: string,
  names: readonly string[],
  placing: Placing,
): Promise<{ readonly missing: string[]; readonly isHere: boolean }> {
  const { cluster, api, id, pollMs } = placing;
  const marker = placing.maySeeStorage(cluster.storage) ? mark(cluster) : null;
  try {
    return await inFolder(async (packed) => {
      const code = await packCode(packed, (into) => writeFileSync(join(into, NAMES), names.join('\n')));
      const marked = marker === null ? [] : ['--file', marker];
      const args = ['lacks', '--storage', cluster.storage, ...marked];
      const answer = lacksSchema.safeParse((await runSmallJob(api, { id, package: code, args, pollMs })).answer);
      if (!answer.success) throw noAnswer(cluster);
      const { missing: places, freeBytes, seesMarker, problem } = answer.data;
      if (problem !== null) throw storageProblem(cluster, problem);
      const missing = places.map((place) => names[place]).filter((name) => name !== undefined);
      const bytes = sizeOf(folder, missing);
      if (bytes + SPARE > freeBytes && missing.length > 0)
        throw new SophiaError(
          'environment',
          `Cluster ${cluster.name}: the run's pictures are ${inMiB(bytes)} MiB, and ${cluster.storage} has ${inMiB(freeBytes)} MiB free.`,
          'Free some space there, or take fewer or smaller pictures.',
        );
      return { missing, isHere: seesMarker };
    });
  } finally {
    if (marker !== null) rmSync(join(cluster.storage, 'sophia', marker), { force: true });
  }
}

/** A file in the storage as this machine sees it; null where it cannot write there. */
function mark({ storage }: Cluster): string | null {
  const name = `.here-${randomUUID()}`;
  try {
    mkdirSync(join(storage, 'sophia'), { recursive: true });
    writeFileSync(join(storage, 'sophia', name), '');
    return name;
  } catch {
    return null;
  }
}

async function copyHere(folder: string, names: readonly string[], placing: Placing): Promise<void> {
  const { cluster, say, isEnding } = placing;
  for (const [i, name] of names.entries()) {
    if (isEnding()) return;
    if (i % 100 === 0) {
      say(`Copying pictures to the storage of ${cluster.name}: ${i} of ${names.length}.`);
      await new Promise((resolve) => setImmediate(resolve)); // others have their turn
    }
    const into = join(picturesFolder(cluster), name.slice(0, 2));
    mkdirSync(into, { recursive: true });
    atomicWrite(join(into, name), (append) => append(readFileSync(join(folder, name))));
  }
}

async function send(folder: string, names: readonly string[], placing: Placing): Promise<void> {
  const { cluster, api, id, pollMs, isEnding } = placing;
  if (isEnding()) return;
  await inFolder(async (packed) => {
    const code = await packCode(packed, (into) => {
      mkdirSync(join(into, RUN_FILES.pictures));
      for (const name of names) copyFileSync(join(folder, name), join(into, RUN_FILES.pictures, name));
    });
    const args = ['place', '--storage', cluster.storage];
    const answer = placedSchema.safeParse((await runSmallJob(api, { id, package: code, args, pollMs })).answer);
    if (!answer.success) throw noAnswer(cluster);
    if (answer.data.problem !== null) throw storageProblem(cluster, answer.data.problem);
  });
}

function* parts(folder: string, names: readonly string[], most: number): Generator<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const name of names) {
    const more = statSync(join(folder, name)).size;
    if (part.length > 0 && bytes + more > most) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(name);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

const sizeOf = (folder: string, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const noAnswer = ({ name }: Cluster): SophiaError =>
  new SophiaError('environment', `Cluster ${name}: a job of the program gave no answer.`, 'Resume the run.');

const storageProblem = ({ name, storage }: Cluster, problem: string): SophiaError =>
  new SophiaError(
    'environment',
    `Cluster ${name}: pictures in the storage ${storage}: ${problem}.`,
    'Mend that there, then resume the run.',
  );
