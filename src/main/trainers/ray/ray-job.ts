/**
 * A run as a job of a cluster: its name there, what it is submitted with, and the small jobs beside it. Kept in the run's folder before anything is
 * submitted, so that an engine that was killed finds it again and repeats nothing. Deliberately absent: waiting for it (follow-job.ts).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import type { NumberedEvent } from '../../../shared/run/event-lines.ts';
import type { Cluster } from '../../../shared/settings/cluster.ts';
import { KEY_HOSTS_VARIABLE } from '../../../shared/settings/key-hosts.ts';
import { atomicWriteText } from '../../model/io/atomic-write.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { homePaths, runFolder } from '../../store/open/home.ts';
import { pinnedPackages } from '../trl/environment/pinned-packages.ts';
import type { JobSubmission } from './jobs-api.ts';

const recordSchema = z.object({
  cluster: z.string(),
  id: z.string(), // of the submission
  run: z.string(), // its name within the package
  out: z.string(), // where the cluster puts what it makes
  attempt: z.int().min(1),
  package: z.string(), // name of the package; its file lies beside the record
  resume: z.string(), // the checkpoint's folder relative to the run's, or none
  keyHosts: z.string().default(''), // which host may have which key, as the user has confirmed (no key)
  workers: z.int().min(1).default(1), // processes of the run
  extras: z.array(z.string()).default([]), // packages beside the pinned ones
});
/** What is kept of a job. */
export type JobRecord = z.output<typeof recordSchema>;

/** What installing PyTorch on a node may take; Ray's own patience is ten minutes. */
const SETUP_SECONDS = 3600;

/** By what a job's record is found again: a trainer's reference. */
const REFERENCE = /^ray:(\d+)\/(\d+)$/;

/** The reference of an attempt. */
export const referenceOf = (runId: number, attempt: number): string => `ray:${runId}/${attempt}`;

/** Whether a reference is one of these. */
export const isReference = (reference: string): boolean => REFERENCE.test(reference);

/** The folder of a run's records and packages. */
export const rayFolder = (home: string, runId: number): string => join(runFolder(homePaths(home), runId), 'ray');

/** The record of a reference; null where there is none. */
export function recordOf(
  home: string,
  reference: string,
): { readonly record: JobRecord; readonly folder: string } | null {
  const [, runId, attempt] = REFERENCE.exec(reference) ?? [];
  const folder = rayFolder(home, Number(runId));
  const file = join(folder, `attempt-${attempt}.json`);
  if (!existsSync(file)) return null;
  const found = recordSchema.safeParse(JSON.parse(readWhole(file)));
  return found.success ? { record: found.data, folder } : null;
}

/** Puts a record on disk. */
export function keepRecord(folder: string, record: JobRecord): void {
  mkdirSync(folder, { recursive: true });
  atomicWriteText(join(folder, `attempt-${record.attempt}.json`), `${JSON.stringify(record, null, 1)}\n`);
}

/** What tells this home's jobs from those of other homes: random, made once. */
export function homeName(home: string): string {
  const file = join(home, 'clusters-id');
  if (!existsSync(file)) atomicWriteText(file, `${randomBytes(5).toString('hex')}\n`);
  return readWhole(file).trim();
}

/** What an attempt at a run is called on any cluster: the same however often it is asked for. */
export function newRecord(
  home: string,
  cluster: Cluster,
  plan: Pick<JobRecord, 'attempt' | 'package' | 'resume' | 'keyHosts' | 'workers' | 'extras'> & {
    readonly runId: number;
  },
): JobRecord {
  const name = homeName(home);
  const { runId, attempt } = plan;
  return {
    cluster: cluster.name,
    id: `sophia-${name}-${runId}-${attempt}`,
    run: `run-${runId}`,
    out: `${cluster.storage}/sophia/${name}`,
    attempt,
    package: plan.package,
    resume: plan.resume,
    keyHosts: plan.keyHosts,
    workers: plan.workers,
    extras: plan.extras,
  };
}

/** The folder of the attempt, there. */
export const attemptFolder = ({ out, run, attempt }: JobRecord): string =>
  `${out}/${run}/attempt-${String(attempt).padStart(3, '0')}`;

/** The job that trains. One over several processes takes nothing itself: Ray Train asks for what each of them takes. */
export function trainingJob(record: JobRecord, cluster: Cluster, workingDir: string): JobSubmission {
  const { run, out, attempt, resume, keyHosts, workers, extras } = record;
  const { gpus, cpus, memoryGiB, packages } = cluster;
  const memory = Math.round(memoryGiB * 2 ** 30);
  const each = { ...(gpus > 0 && { GPU: gpus }), ...(cpus > 0 && { CPU: cpus }), ...(memory > 0 && { memory }) };
  const spread = workers === 1 ? '' : ` --workers ${workers} --each ${quoted(JSON.stringify(each))}`;
  return {
    submission_id: record.id,
    entrypoint: `python run.py ${run} --out ${quoted(out)} --attempt ${attempt} --resume ${quoted(resume)} --tell${spread}`,
    runtime_env: {
      working_dir: workingDir,
      ...(packages === 'pip' && {
        pip: [...pinnedPackages(), ...extras],
        config: { setup_timeout_seconds: SETUP_SECONDS },
      }),
      env_vars: { PYTHONUNBUFFERED: '1', ...(keyHosts !== '' && { [KEY_HOSTS_VARIABLE]: keyHosts }) },
    },
    ...(workers === 1 && gpus > 0 && { entrypoint_num_gpus: gpus }),
    ...(workers === 1 && cpus > 0 && { entrypoint_num_cpus: cpus }),
    ...(workers === 1 && memory > 0 && { entrypoint_memory: memory }),
    metadata: { sophia_run: run },
  };
}

/** A small job beside it: job.py with these arguments. */
export function smallJob(id: string, args: readonly string[], workingDir: string): JobSubmission {
  return {
    submission_id: id,
    entrypoint: `python job.py ${args.map(quoted).join(' ')}`,
    runtime_env: { working_dir: workingDir },
  };
}

/** A checkpoint's URI as it is recorded: only this cluster's jobs can look at it. */
const checkpointUri = (record: JobRecord, uri: string): string =>
  `ray://${record.cluster}${encodeURI(`${record.out}/${record.run}/${uri}`)}`;

/** Events of a job as they are recorded: they say of each checkpoint where it lies. */
export const placedEvents = (record: JobRecord, events: readonly NumberedEvent[]): NumberedEvent[] =>
  events.map((one) =>
    one.event.kind === 'checkpoint'
      ? { ...one, event: { ...one.event, uri: checkpointUri(record, one.event.uri) } }
      : one,
  );

/** Cluster and folder of a checkpoint that lies on one; null for any other. */
export function checkpointOnCluster(uri: string): { readonly cluster: string; readonly folder: string } | null {
  const [, cluster, path] = /^ray:\/\/([^/]+)(\/.+)$/.exec(uri) ?? [];
  return cluster === undefined || path === undefined ? null : { cluster, folder: decodeURI(path) };
}

/** The folder of a checkpoint relative to its run's, for the resume. @throws SophiaError 'conflict' for one that lies elsewhere */
export function resumeFolder(uri: string | null, cluster: Cluster): string {
  if (uri === null) return 'none';
  const at = /^ray:\/\/([^/]+)\/.*\/(checkpoints\/[^/]+)$/.exec(uri);
  if (at?.[1] === cluster.name && at[2] !== undefined) return decodeURI(at[2]);
  throw new SophiaError(
    'conflict',
    `The run's newest checkpoint is not on cluster ${cluster.name}: ${uri}.`,
    'Resume it where that checkpoint lies, or from nothing (--from-step 0).',
  );
}

/** A word of a shell's line. */
const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
