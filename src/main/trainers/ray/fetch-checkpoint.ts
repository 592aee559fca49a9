/**
 * Copies the model files of a checkpoint out of a cluster's storage: from there where this machine sees it too, else piece by piece through the
 * answers of small jobs, since the Jobs API gives no files. Each file is held against its sha256. Optimiser states stay behind.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { MODEL_FILE } from '../../model/folder/model-library.ts';
import { type ClusterAccess, JobsApi } from './jobs-api.ts';
import { checkpointOnCluster, homeName } from './ray-job.ts';
import { inFolder, packCode } from './ray-package.ts';
import { runSmallJob } from './small-job.ts';

const filesSchema = z.object({
  files: z.array(z.object({ name: z.string().regex(/^[^/\\]+$/), bytes: z.int(), sha256: z.string() })).nullable(),
});
const pieceSchema = z.object({ data: z.base64() });

/** Bytes of one answer: a third more as text. */
const PIECE = 32 << 20;
/** What is worth sending through a log; more is copied by hand. */
const MOST_GIB = 4;
const POLL_MS = 500;

/** Where a checkpoint goes. */
export interface Fetch {
  readonly home: string;
  readonly uri: string;
  readonly into: string; // an empty folder
  /** Bytes of an answer, where a test wants several. */
  readonly piece?: number;
  /** Whether this machine sees a folder of the storage. */
  readonly isHere?: (folder: string) => boolean;
}

/** Copies it. @throws SophiaError where it is not on a cluster, is not there any more, or comes altered */
export async function fetchCheckpoint(
  accessTo: (cluster: string) => ClusterAccess,
  { home, uri, into, piece = PIECE, isHere = hasModel }: Fetch,
): Promise<void> {
  const place = checkpointOnCluster(uri);
  if (place === null)
    throw new SophiaError(
      'usage',
      `The checkpoint ${uri} is on no cluster.`,
      'Import its folder: `sophia model import`.',
    );
  const { folder } = place;
  if (isHere(folder)) {
    const names = readdirSync(folder).filter((name) => MODEL_FILE.test(name));
    for (const name of names) await copyFile(join(folder, name), join(into, name));
    return;
  }
  const access = accessTo(place.cluster);
  const api = new JobsApi(() => access);
  await inFolder(async (packed) => {
    const code = await packCode(packed);
    const id = `sophia-${homeName(home)}`;
    const ask = (args: readonly string[]) => runSmallJob(api, { id, package: code, args, pollMs: POLL_MS });
    const { answer } = await ask(['files', '--folder', folder, '--pattern', MODEL_FILE.source]);
    const { files } = filesSchema.parse(answer);
    if (files === null || files.length === 0)
      throw new SophiaError(
        'data',
        `Cluster ${place.cluster} has no checkpoint ${folder} any more.`,
        'Runs keep their newest two; fetch the newest.',
      );
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > MOST_GIB * 2 ** 30)
      throw new SophiaError(
        'usage',
        `The checkpoint is ${(bytes / 2 ** 30).toFixed(1)} GiB, and this machine does not see ${folder}.`,
        'Copy that folder here by hand (scp, rsync), then `sophia model import`.',
      );
    for (const file of files) {
      const target = await open(join(into, file.name), 'w');
      try {
        for (let at = 0; at < file.bytes; at += piece) {
          const said = await ask([
            'piece',
            '--folder',
            folder,
            '--file',
            file.name,
            '--after',
            `${at}`,
            '--most',
            `${piece}`,
          ]);
          await target.write(Buffer.from(pieceSchema.parse(said.answer).data, 'base64'));
        }
        await target.sync();
      } finally {
        await target.close();
      }
      const digest = createHash('sha256');
      for await (const part of createReadStream(join(into, file.name))) digest.update(part as Buffer);
      if (digest.digest('hex') !== file.sha256)
        throw new SophiaError('data', `${file.name} of the checkpoint came altered.`, 'Fetch it again.');
    }
  });
}

const hasModel = (folder: string): boolean => existsSync(join(folder, 'config.json'));
